import { type ChainsVersion, haltedMs } from '@species/contracts'
import type { QuoteRow } from '../adapters/quote-rows.ts'

/** Block times are the miners' word and may be this far off; the payer has the benefit. */
export const clockToleranceMs = 15_000

/** When a quote no longer holds its price: time in which its chain was halted does not count. */
export function expiryOf(
  { chain, createdAtMs, expiresAtMs }: QuoteRow,
  history: readonly ChainsVersion[],
  nowMs: number,
): number {
  return expiresAtMs + haltedMs(history, chain, createdAtMs, Math.max(nowMs, createdAtMs))
}
