import type { MoveOutcome, OracleWord, StateBodies } from '@species/contracts'
import { unreachable } from '@species/kernel'

/** What the oracle's answer means for a delivered event. */
export type Verification =
  | { readonly kind: 'confirmed'; readonly oracle: OracleWord }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'review'; readonly reason: string }

/** Compares the oracle's word with what was delivered. A disagreement is never settled: a person decides. */
export function verify(
  dossier: StateBodies['delivered'],
  outcome: MoveOutcome,
  untilMs: number,
  nowMs: number,
): Verification {
  const { delivery } = dossier
  switch (outcome.kind) {
    case 'yes': {
      const { operationId, ownerVault, units, toVault } = outcome.value
      const agrees =
        operationId === delivery.operationId &&
        ownerVault === delivery.toVault &&
        toVault === delivery.toVault &&
        units === delivery.units
      return agrees
        ? { kind: 'confirmed', oracle: { operationId, ownerVault, units, wordOf: 'partner' } }
        : {
            kind: 'review',
            reason: `the oracle says ${units} units of operation ${operationId} belong to ${ownerVault}; ${delivery.units} were delivered to ${delivery.toVault}`,
          }
    }
    case 'no':
      return { kind: 'review', reason: `the oracle says the delivery did not happen: ${outcome.refusal.detail}` }
    case 'not_yet':
    case 'unknown':
      return nowMs > untilMs
        ? { kind: 'review', reason: `the oracle gives no answer: ${outcome.reason}` }
        : { kind: 'waiting', reason: outcome.reason }
    default:
      return unreachable(outcome)
  }
}
