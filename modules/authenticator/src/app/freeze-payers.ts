import { lifeSuffix } from '@species/kernel'
import type { Message } from '@species/bus'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { lockUser, setStatus } from '../adapters/user-store.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'

/**
 * Freezes users whose claimed payment vanished from its chain: once per payment, so that a repeated message does not undo
 * a later decision of an operator.
 */
export async function freezePayers(
  deps: AuthenticatorDeps,
  batch: readonly Message<'payment.reversed'>[],
): Promise<[]> {
  for (const message of batch) {
    const { payer } = message.body.claim
    const frozen = await deps.database.transaction((tx) => freeze(deps, tx, message))
    if (frozen) await announceChange(deps, payer, message.trace)
  }
  return []
}

async function freeze(deps: AuthenticatorDeps, tx: Sql, { body }: Message<'payment.reversed'>): Promise<boolean> {
  const { chain, hash, logIndex, payer } = body.claim
  const payment = `${chain}:${hash}#${logIndex}${lifeSuffix(body.claim)}`
  const atMs = deps.clock.now()
  // First of all: a write that went out with BEGIN would stand alone where that failed, and nobody would be frozen ever after.
  if (!(await lockUser(tx, payer))) return false
  const first = await tx.query(
    'INSERT INTO authenticator.freezes (payment, onli_id, frozen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING payment',
    [payment, payer, toTimestamp(atMs)],
  )
  if (first.length === 0) return false
  // Also where he is suspended or frozen for something else: who lifts that must see that he owes as well.
  const reason = `the payment ${hash} on ${chain} vanished from its chain`
  await setStatus(tx, {
    changeId: deps.ids.uuid(),
    onliId: payer,
    status: 'frozen',
    reason,
    changedBy: 'species',
    atMs,
  })
  deps.log.warn({ onliId: payer, eventKey: body.eventKey }, 'a user was frozen: his payment vanished from its chain')
  return true
}
