import type { AccessRefusal, WebhookType } from '@species/contracts'
import { type Result, assert, formatUsdt } from '@species/kernel'
import type { Sql } from '@species/database'
import { addHistory } from '../adapters/evidence-rows.ts'
import { type Changes, type PayoutRow, updatePayout } from '../adapters/payout-rows.ts'
import { type PayoutState, nextStates } from '../domain/payout.ts'
import type { PayoutsDeps } from './deps.ts'

export type Answer<T> = Promise<Result<T, AccessRefusal>>

/** States that end a payout. */
const ends: readonly PayoutState[] = ['settled', 'cancelled', 'failed']

/** Brings a locked payout into another state, in the caller's transaction. It is the last thing that the transaction does. */
export async function step(
  deps: Pick<PayoutsDeps, 'clock' | 'announce'>,
  tx: Sql,
  row: PayoutRow,
  { state, ...changes }: Changes & { readonly state: PayoutState },
  { actor, reason }: { readonly actor: string; readonly reason?: string | undefined },
): Promise<PayoutRow> {
  assert(nextStates[row.state].includes(state), `a payout does not go from ${row.state} to ${state}`)
  const atMs = deps.clock.now()
  const ended = ends.includes(state) ? { endedAtMs: atMs, dueAtMs: undefined } : {}
  const next = await updatePayout(tx, row, { ...changes, state, reason, ...ended })
  await addHistory(tx, { payoutId: row.payoutId, state, actor, reason, atMs })
  await tell(deps, tx, next)
  return next
}

const told: WebhookType = 'payout.changed'

/** Tells the owner's webhooks where a payout stands. */
export async function tell({ announce }: Pick<PayoutsDeps, 'announce'>, tx: Sql, row: PayoutRow): Promise<void> {
  const { payoutId, owner, requestId, chain, address, state, life, proof } = row
  // The marketplace has no webhooks.
  if (row.source !== undefined) return
  await announce(tx, {
    owner,
    type: told,
    key: payoutId,
    once: `${state} ${life}`,
    data: { payoutId, requestId, chain, address, amount: formatUsdt(row.amountMicro), state, hash: proof?.hash },
  })
}
