import { renewLeases } from '../adapters/delivery-rows.ts'
import type { AssetManagerDeps } from './deps.ts'

/** If nobody has recorded an answer by then, whoever asked has died, and the due check takes over. */
export const leaseMs = 20_000

/**
 * The rows that may still be asked for by who took them until `leaseEndsAt`. A process that stood still for longer (a paused machine, a
 * primary that waited for its standby) asks only for what nobody took over meanwhile: others may have asked, and a person answered.
 */
export async function stillMine<Row extends { readonly eventKey: string }>(
  deps: AssetManagerDeps,
  rows: readonly Row[],
  leaseEndsAt: number,
): Promise<readonly Row[]> {
  const nowMs = deps.clock.now()
  if (nowMs < leaseEndsAt) return rows
  const eventKeys = rows.map((row) => row.eventKey)
  const renewed = await renewLeases(deps.database, eventKeys, { endedAtMs: leaseEndsAt, untilMs: nowMs + leaseMs })
  return rows.filter((row) => renewed.has(row.eventKey))
}
