import { createHash } from 'node:crypto'
import { type Principal, actorOf } from '@species/contracts'
import { ok, parseUsdt, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { type ApprovalRow, approvalsOf, insertApproval } from '../adapters/evidence-rows.ts'
import { isHalted } from '../adapters/halt-rows.ts'
import { type PayoutRow, approvedSince, findPayout } from '../adapters/payout-rows.ts'
import { approvalText, ledgerId, peopleNeeded } from '../domain/payout.ts'
import type { PayoutsDeps } from './deps.ts'
import { closedBy } from './allowed-payout.ts'
import { type Answer, step } from './step.ts'

const dayMs = 86_400_000

/** The hash of what people approve: destination, chain, amount, user and payout. */
export function approvalHash(row: PayoutRow): string {
  return createHash('sha256').update(approvalText(row)).digest('hex')
}

/** The person who asks: operators are people, whatever key they use. */
export function personOf({ onliId, operatorId = onliId }: Principal): string {
  return operatorId
}

/** Approvals that still count: of this content, and of a person who is a treasurer now, with a key that was not revoked. */
export async function standingApprovals(
  deps: Pick<PayoutsDeps, 'authenticator'>,
  tx: Sql,
  { payoutId, life }: PayoutRow,
  { purpose, hash }: Pick<ApprovalRow, 'purpose' | 'hash'>,
): Promise<ApprovalRow[]> {
  const given = (await approvalsOf(tx, payoutId, purpose, life)).filter((one) => one.hash === hash)
  const gone = await deps.authenticator(tx).voidKeys(
    given.map(({ keyId }) => keyId),
    'treasurer',
  )
  return given.filter(({ keyId }) => !gone.has(keyId))
}

/** One person approves what they saw. With enough people it is approved; until then it waits for another. */
export async function approvePayout(
  deps: PayoutsDeps,
  principal: Principal,
  payoutId: string,
  hash: string,
): Answer<PayoutRow> {
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const seen = await findPayout(tx, payoutId)
    if (!seen) return refuse('not_found', noSuch)
    await lockSums(tx, seen)
    const row = await findPayout(tx, payoutId, 'lock')
    if (row?.state !== 'requested')
      return refuse('payout_state', `The payout is ${row?.state ?? 'gone'}: it cannot be approved.`)
    if (hash !== approvalHash(row))
      return refuse('payout_state', 'The hash is not that of this payout. Read it again before you approve it.')
    const person = personOf(principal)
    if (person === row.owner)
      return refuse('second_person_needed', 'A payout is approved by another person than the one who asks for it.')
    const { config } = await deps.latestConfig(tx).latest()
    const closed = await closedBy(deps, tx, row.chain, config)
    if (closed !== undefined) return refuse('payouts_off', closed)
    const atMs = deps.clock.now()
    const word = { payoutId, purpose: 'pay' as const, life: row.life, person, keyId: principal.keyId, hash, atMs }
    const isNew = await insertApproval(tx, word)
    const threshold = parseUsdt(config.payouts.secondPersonUsdt)
    const sums = await approvedSince(tx, row, atMs - dayMs)
    const people =
      row.source === undefined ? peopleNeeded(row.amountMicro, sums, threshold.ok ? threshold.value : 0n) : 2
    const approvals = await standingApprovals(deps, tx, row, word)
    if (approvals.length >= people) {
      const next = { state: 'approved' as const, approvedAtMs: atMs, people }
      return ok(await step(deps, tx, row, next, { actor: actorOf(principal) }))
    }
    if (!isNew)
      return refuse('second_person_needed', 'You have approved it already. Another person must approve it too.')
    return ok(row)
  })
}

/** The sums of 24 hours are those of one transaction at a time, for this user and for this address. */
async function lockSums(tx: Sql, { owner, address }: PayoutRow): Promise<void> {
  for (const name of [`payouts sum ${address}`, `payouts sum ${owner}`].sort())
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
}

const noSuch = 'There is no such payout.'

/**
 * Its owner takes a payout back, or an operator refuses it: before anything was sent, and never after. While payouts are halted an
 * approved one stays: it may have been sent by hand, and the halt may be about it.
 */
export async function cancelPayout(
  deps: Pick<PayoutsDeps, 'database' | 'clock' | 'announce' | 'ledger'>,
  principal: Principal,
  payoutId: string,
  { owner, reason }: { readonly owner: string | undefined; readonly reason: string },
): Answer<PayoutRow> {
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const row = await findPayout(tx, payoutId, 'lock')
    if (!row || (owner !== undefined && row.owner !== owner)) return refuse('not_found', noSuch)
    if (row.state === 'cancelled') return ok(row)
    if (row.state !== 'requested' && row.state !== 'approved')
      return refuse('payout_state', `The payout is ${row.state}: it cannot be cancelled any more.`)
    if (row.state === 'approved' && (await isHalted(tx)))
      return refuse(
        'payouts_off',
        'Payouts are halted, and this one is approved: it may have been sent. It can be cancelled when they are resumed.',
      )
    await deps.ledger(tx).release(ledgerId(payoutId, row.life))
    return ok(await step(deps, tx, row, { state: 'cancelled' }, { actor: actorOf(principal), reason }))
  })
}
