import { type Asset, assetScale } from '@species/kernel'
import { z } from 'zod'

const id = z.string().regex(/^[1-9]\d{0,17}$/)
const account = z.object({
  id,
  attributes: z.object({
    name: z.string(),
    currency_code: z.string().nullish(),
    current_balance: z.string().nullish(),
  }),
})
const group = z.object({
  id,
  attributes: z.object({ transactions: z.array(z.object({ external_id: z.string().nullish() })).max(100) }),
})

export const accountSchema = z.object({ data: account })
export const accountListSchema = z.object({
  data: z.array(account).max(1_000),
  meta: z.object({ pagination: z.object({ total_pages: z.int().nonnegative() }) }),
})
export const transactionSchema = z.object({ data: group })
export const searchSchema = z.object({ data: z.array(group).max(1_000) })

const refusalSchema = z.object({
  message: z.string().default(''),
  errors: z.record(z.string(), z.array(z.string())).default({}),
})

/** What a 422 says, in one line. */
export function refusalIn(body: unknown): string {
  const parsed = refusalSchema.safeParse(body)
  if (!parsed.success) return 'refused without a reason'
  const fields = Object.entries(parsed.data.errors).map(([field, said]) => `${field}: ${said.join(' ')}`)
  return (fields.join('; ') || parsed.data.message || 'refused without a reason').slice(0, 500)
}

const whereFailuresAreTold = 'transactions.0.description'

/** Whether a 422 names what is wrong with the entry. Any failure inside Firefly III is told as one of the description. */
export function isDefinite(body: unknown): boolean {
  const parsed = refusalSchema.safeParse(body)
  return parsed.success && Object.keys(parsed.data.errors).some((field) => field !== whereFailuresAreTold)
}

/** The journal of which a 422 says that this one is a duplicate. */
export function duplicateOf(body: unknown): string | undefined {
  const parsed = refusalSchema.safeParse(body)
  const said = parsed.success ? (parsed.data.errors[whereFailuresAreTold] ?? []) : []
  return said.flatMap((text) => /^Duplicate of transaction #(\d+)/.exec(text)?.[1] ?? [])[0]
}

/** A decimal with any number of places, such as `-12.500000000000`, in the smallest unit; undefined if it is finer than that. */
export function quantityOf(text: string, asset: Asset): bigint | undefined {
  const match = /^(-?)(\d{1,20})(?:\.(\d{1,24}))?$/.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '0', fraction = ''] = match
  const scale = assetScale[asset]
  if (/[1-9]/.test(fraction.slice(scale))) return undefined
  const quantity = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'))
  return sign === '-' ? -quantity : quantity
}

/** The balance of that account, where the answer shows it in that asset. */
export function balanceIn(body: unknown, accountId: string, asset: Asset): bigint | undefined {
  const parsed = accountSchema.safeParse(body)
  if (!parsed.success) return undefined
  const { id: shownId, attributes } = parsed.data.data
  if (shownId !== accountId || attributes.currency_code !== asset) return undefined
  return quantityOf(attributes.current_balance ?? '', asset)
}
