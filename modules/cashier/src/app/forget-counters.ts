import { forgetCounters } from '../adapters/limit-counters.ts'
import type { CashierDeps } from './deps.ts'

/** Long enough that hardly any event still gives back to a window that is gone. */
const keptMs = 7 * 86_400_000

/** The same for the windows of 30 days. */
const monthsKeptMs = 35 * 86_400_000

/** Clears away counters of limits whose window was over long ago. */
export async function forgetOldCounters(deps: Pick<CashierDeps, 'database' | 'retention'>): Promise<void> {
  const nowMs = await deps.retention.now()
  await forgetCounters(deps.database, { dayMs: nowMs - keptMs, monthMs: nowMs - monthsKeptMs })
}
