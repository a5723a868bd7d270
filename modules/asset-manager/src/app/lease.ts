import type { Clock } from '@species/platform'
import { renewLeases } from '../adapters/delivery-rows.ts'
import type { AssetManagerDeps } from './deps.ts'

/** If no answer is recorded by then, the process that asked has died, and the due check takes over. */
export const leaseMs = 20_000

/** Until when who took rows may ask for them: by the clock that others compare with, and by how much time has really passed. */
export interface Lease {
  readonly endsAtMs: number
  readonly takenAtSteadyMs: number
}

export function takeLease(clock: Clock): Lease {
  return { endsAtMs: clock.now() + leaseMs, takenAtSteadyMs: clock.steady() }
}

/**
 * The rows that may still be asked for by who took them until the lease ends. A process that stood still for longer (a paused machine, a
 * primary that waited for its standby) asks only for what no other process took over meanwhile: others may have asked, and a person answered.
 */
export async function stillMine<Row extends { readonly eventKey: string }>(
  deps: AssetManagerDeps,
  rows: readonly Row[],
  lease: Lease,
): Promise<readonly Row[]> {
  const nowMs = deps.clock.now()
  if (nowMs < lease.endsAtMs && deps.clock.steady() - lease.takenAtSteadyMs < leaseMs) return rows
  const eventKeys = rows.map((row) => row.eventKey)
  const renewed = await renewLeases(deps.database, eventKeys, { endedAtMs: lease.endsAtMs, untilMs: nowMs + leaseMs })
  return rows.filter((row) => renewed.has(row.eventKey))
}
