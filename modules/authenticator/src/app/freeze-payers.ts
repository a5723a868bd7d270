import { lifeSuffix } from '@species/kernel'
import type { Message } from '@species/bus'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { lockUser, setStatus } from '../adapters/user-store.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'

const dayMs = 86_400_000

/**
 * Freezes users whose claimed payment vanished from its chain: once per payment, so that a repeated message does not undo
 * a later decision of an operator. A chain that goes back far would freeze everyone: beyond a number of users in 24 hours payouts are
 * halted once instead, and operators decide.
 */
export async function freezePayers(
  deps: AuthenticatorDeps,
  batch: readonly Message<'payment.reversed'>[],
): Promise<[]> {
  const { freezes } = (await deps.config.current()).config
  for (const message of batch) {
    const { payer } = message.body.claim
    const frozen = await deps.database.transaction((tx) => freeze(deps, tx, message, freezes.mostPerDay))
    if (frozen) await announceChange(deps, payer, message.trace)
  }
  return []
}

/** Counted by one transaction at a time, so that two at once cannot both be the last. */
async function areTooMany(tx: Sql, atMs: number, most: number): Promise<boolean> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('authenticator freezes', 0))`)
  const [row] = await tx.query<{ users: number }>(
    'SELECT count(DISTINCT onli_id)::integer AS users FROM authenticator.freezes WHERE frozen_at > $1 AND NOT spared',
    [toTimestamp(atMs - dayMs)],
  )
  return (row?.users ?? 0) > most
}

async function freeze(
  deps: AuthenticatorDeps,
  tx: Sql,
  { body }: Message<'payment.reversed'>,
  mostPerDay: number,
): Promise<boolean> {
  const { chain, hash, logIndex, payer } = body.claim
  const payment = `${chain}:${hash}#${logIndex}${lifeSuffix(body.claim)}`
  const atMs = deps.clock.now()
  // First of all: a write that went out with BEGIN would stand alone where that failed, and no payer would be frozen ever after.
  if (!(await lockUser(tx, payer))) return false
  const first = await tx.query(
    'INSERT INTO authenticator.freezes (payment, onli_id, frozen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING payment',
    [payment, payer, toTimestamp(atMs)],
  )
  if (first.length === 0) return false
  if (await areTooMany(tx, atMs, mostPerDay)) {
    await tx.query('UPDATE authenticator.freezes SET spared = true WHERE payment = $1', [payment])
    deps.log.error(
      { onliId: payer, eventKey: body.eventKey },
      'too many users would be frozen: payouts are halted instead',
    )
    await deps.haltPayouts(tx, {
      // By the hour: once people have resumed payouts, a later burst halts them again.
      cause: `freezes:${new Date(atMs).toISOString().slice(0, 13)}`,
      reason: `Payments of more than ${mostPerDay} users vanished from ${chain} within 24 hours. The others are not frozen.`,
      by: 'authenticator',
    })
    return false
  }
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
