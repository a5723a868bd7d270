import {
  type AgentUse,
  type Mandate,
  type MandateAmounts,
  encodeBody,
  hoursSchema,
  instantSchema,
  intentSchema,
  mandateSchema,
  onliIdSchema,
  paymentSources,
  wireUsdtSchema,
} from '@species/contracts'
import { assert, formatUsdt, parseUsdt } from '@species/kernel'
import { Problem } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'

const units = z.string().regex(/^(0|[1-9]\d{0,15})$/, 'must be a string of digits')
const names = ['perTrade', 'perHour', 'perDay', 'perMonth'] as const
type Name = (typeof names)[number]

function amountsOf<T extends z.ZodType>(amount: T): z.ZodObject<Record<Name, z.ZodOptional<T>>> {
  const shape = Object.fromEntries(names.map((name) => [name, amount.optional()]))
  return z.strictObject(shape as Record<Name, z.ZodOptional<T>>)
}

/** A mandate on the wire: USDT as decimal strings, units as digits. */
export const wireMandateSchema = z.strictObject({
  usdt: amountsOf(wireUsdtSchema)
    .optional()
    .describe('USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days'),
  units: amountsOf(units).optional().describe('the same in units'),
  intents: z.array(intentSchema).min(1).max(10).optional().describe('default: all'),
  counterparties: z
    .array(onliIdSchema)
    .max(100)
    .optional()
    .describe('default: all; `market` is everyone who sells or buys there'),
  chains: z
    .array(z.enum(paymentSources))
    .max(10)
    .optional()
    .describe(
      'where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all',
    ),
  prices: z
    .strictObject({ buyAtMost: wireUsdtSchema.optional(), sellAtLeast: wireUsdtSchema.optional() })
    .optional()
    .describe('USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price'),
  hours: hoursSchema.optional().describe('when it may send events, by the clocks of a time zone'),
  expiresAt: instantSchema.optional(),
  approvalAbove: z
    .strictObject({ usdt: wireUsdtSchema.optional(), units: units.optional() })
    .optional()
    .describe('what is above either amount takes your approval, one by one'),
})
type WireMandate = z.infer<typeof wireMandateSchema>

export const mandateExample: WireMandate = {
  usdt: { perTrade: '20', perDay: '100', perMonth: '1000' },
  intents: ['BUY_TREASURY', 'BUY_MARKET'],
  prices: { buyAtMost: '1.5' },
  hours: { timeZone: 'Europe/Berlin', from: '08:00', to: '20:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
  expiresAt: '2099-12-31T23:59:59Z',
  approvalAbove: { usdt: '10' },
}

/** The mandate that was asked for. Throws a Problem where it bounds no amount. */
export function mandateFrom(wire: WireMandate): Mandate {
  const { usdt, prices, expiresAt, approvalAbove, ...same } = wire
  const stored = {
    ...same,
    ...(usdt ? { usdt: eachMicro(usdt) } : {}),
    ...(prices ? { prices: eachMicro(prices) } : {}),
    ...(expiresAt === undefined ? {} : { expiresAtMs: Date.parse(expiresAt) }),
    ...(approvalAbove
      ? { approvalAbove: { ...eachMicro({ usdt: approvalAbove.usdt }), units: approvalAbove.units } }
      : {}),
  }
  const parsed = mandateSchema.safeParse(JSON.parse(encodeBody(stored)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Problem(
    'invalid_request',
    `The mandate does not fit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
  )
}

export function mandateView(mandate: Mandate): WireMandate {
  const { usdt, units: ofUnits, prices, expiresAtMs, approvalAbove, ...same } = mandate
  return {
    ...same,
    ...(usdt ? { usdt: each(usdt, formatUsdt) } : {}),
    ...(ofUnits ? { units: each(ofUnits, String) } : {}),
    ...(prices ? { prices: each(prices, formatUsdt) } : {}),
    ...(expiresAtMs === undefined ? {} : { expiresAt: toTimestamp(expiresAtMs) }),
    ...(approvalAbove
      ? {
          approvalAbove: {
            ...each({ usdt: approvalAbove.usdt }, formatUsdt),
            ...each({ units: approvalAbove.units }, String),
          },
        }
      : {}),
  }
}

const windowSchema = z.strictObject({
  used: z.string(),
  left: z.string().optional().describe('absent where the mandate bounds nothing here'),
})
const usedSchema = z.strictObject({ perHour: windowSchema, perDay: windowSchema, perMonth: windowSchema })
export const useSchema = z.strictObject({ usdt: usedSchema, units: usedSchema })

/** What of a mandate is used and left, in the windows that end now. */
export function useView(mandate: Mandate | undefined, use: AgentUse): z.infer<typeof useSchema> {
  const view = (
    used: AgentUse['units'],
    bounds: MandateAmounts | undefined,
    format: (amount: bigint) => string,
  ): z.infer<typeof usedSchema> => {
    const of = (name: keyof AgentUse['units']): z.infer<typeof windowSchema> => {
      const bound = bounds?.[name]
      const left = bound === undefined ? {} : { left: format(bound > used[name] ? bound - used[name] : 0n) }
      return { used: format(used[name]), ...left }
    }
    return { perHour: of('perHour'), perDay: of('perDay'), perMonth: of('perMonth') }
  }
  return { usdt: view(use.usdtMicro, mandate?.usdt, formatUsdt), units: view(use.units, mandate?.units, String) }
}

function each<N extends string>(
  amounts: Readonly<Partial<Record<N, bigint | undefined>>>,
  format: (amount: bigint) => string,
): Partial<Record<N, string>> {
  const given = Object.entries(amounts).filter((one): one is [N, bigint] => one[1] !== undefined)
  return Object.fromEntries(given.map(([name, amount]) => [name, format(amount)])) as Partial<Record<N, string>>
}

function eachMicro(amounts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(amounts).filter((one): one is [string, string] => one[1] !== undefined)
  return Object.fromEntries(
    given.map(([name, text]) => {
      const amount = parseUsdt(text)
      assert(amount.ok, 'the schema has refused what is no amount')
      return [name, amount.value.toString()]
    }),
  )
}
