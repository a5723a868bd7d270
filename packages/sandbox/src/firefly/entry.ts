import { z } from 'zod'

const splitSchema = z.object({
  type: z.enum(['withdrawal', 'deposit', 'transfer']),
  date: z.string(),
  amount: z.string(),
  description: z.string(),
  sourceId: z.string(),
  destinationId: z.string(),
  externalId: z.string(),
  internalReference: z.string(),
  tags: z.array(z.string()),
  notes: z.string(),
  /** Of the whole split as it was sent. */
  hash: z.string(),
})
export type FireflySplit = z.infer<typeof splitSchema>

const currencySchema = z.object({ code: z.string(), name: z.string(), symbol: z.string(), decimalPlaces: z.int() })
export type FireflyCurrency = z.infer<typeof currencySchema>

const accountSchema = z.object({
  name: z.string(),
  type: z.enum(['asset', 'liabilities']),
  currencyCode: z.string(),
})
export type FireflyAccount = z.infer<typeof accountSchema>

/** Everything that can happen at the simulated Firefly III. Ids are places in the order of making. */
export const fireflyEntrySchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ff_currency'), currency: currencySchema }),
  z.object({ t: z.literal('ff_account'), account: accountSchema }),
  z.object({ t: z.literal('ff_journal'), split: splitSchema }),
])
export type FireflyEntry = z.infer<typeof fireflyEntrySchema>
