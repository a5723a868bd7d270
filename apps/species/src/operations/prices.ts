import { z } from 'zod'

const usd = z.number().nonnegative().max(1_000_000)

const pricesSchema = z.strictObject({
  /** The day on which the prices were written down. */
  asOf: z.iso.date(),
  checkedWithProviders: z.boolean(),
  items: z
    .array(
      z.strictObject({
        provider: z.string(),
        what: z.string(),
        count: z.int().positive(),
        /** The lowest and the highest price of one, in USD a month. */
        usdEach: z.tuple([usd, usd]).refine(([low, high]) => low <= high, 'the lower price comes first'),
      }),
    )
    .min(1),
  alternatives: z.array(z.strictObject({ what: z.string(), usd })),
})

/** What the providers of a set-up cost: the file `deploy/prices.json`, which operators edit. */
export type Prices = z.infer<typeof pricesSchema>

/** Reads a price file. Throws if it is not JSON or has another shape. */
export function readPrices(text: string): Prices {
  return pricesSchema.parse(JSON.parse(text))
}

/** All items together, in USD a month: at their lowest and at their highest prices. */
export function monthlyCosts({ items }: Prices): { from: number; to: number } {
  const sum = (end: 0 | 1): number => items.reduce((total, { count, usdEach }) => total + count * usdEach[end], 0)
  return { from: sum(0), to: sum(1) }
}
