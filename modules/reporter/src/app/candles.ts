import type { TradeView } from '@species/contracts'
import { formatUsdt } from '@species/kernel'

/** Milliseconds of a candle, by the name of its interval. */
export const intervals = { '1m': 60_000, '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000 } as const
export type Interval = keyof typeof intervals

export interface Candle {
  readonly from: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly units: string
  readonly trades: number
}

/** Candles of trades that come newest first; oldest first. A time without a trade has none. */
export function candlesOf(newestFirst: readonly TradeView[], interval: Interval): Candle[] {
  const length = intervals[interval]
  const byStart = Map.groupBy(newestFirst.toReversed(), ({ atMs }) => Math.floor(atMs / length) * length)
  return [...byStart].map(([startMs, trades]) => {
    const prices = trades.map(({ unitPriceMicro }) => unitPriceMicro)
    const pick = (better: (a: bigint, b: bigint) => boolean): bigint =>
      prices.reduce((best, price) => (better(price, best) ? price : best))
    return {
      from: new Date(startMs).toISOString(),
      open: formatUsdt(prices[0] ?? 0n),
      high: formatUsdt(pick((a, b) => a > b)),
      low: formatUsdt(pick((a, b) => a < b)),
      close: formatUsdt(prices.at(-1) ?? 0n),
      units: trades.reduce((sum, { units }) => sum + units, 0n).toString(),
      trades: trades.length,
    }
  })
}
