import { createHash } from 'node:crypto'
import { type Principal, actorOf } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { addHistory, hashesOf, insertApproval } from '../adapters/evidence-rows.ts'
import { isHalted } from '../adapters/halt-rows.ts'
import { type PayoutRow, findPayout, updatePayout } from '../adapters/payout-rows.ts'
import { ledgerId } from '../domain/payout.ts'
import { personOf, standingApprovals } from './decide-payouts.ts'
import type { PayoutsDeps } from './deps.ts'
import { findingsOf } from './follow-payouts.ts'
import { type Answer, step } from './step.ts'

/** How many people say that a payout came to nothing. */
const peopleToFail = 2

/** Whether a transaction pays the payout, or may still. One whose transfers prove other payouts does not. */
async function mayPay(
  { claims, database }: Pick<PayoutsDeps, 'claims' | 'database'>,
  payoutId: string,
  { finding }: Awaited<ReturnType<typeof findingsOf>>[number],
): Promise<boolean> {
  if (finding.kind !== 'proves') return finding.kind === 'not_final' || finding.kind === 'unknown'
  const holders = await claims(database).holders(finding.transfers)
  return holders.some((holder) => holder?.kind !== 'payout' || holder.ref === payoutId)
}

/**
 * Two people say that a payout in review came to nothing, and its money is free again. The chain has the first word: refused while a
 * transaction that was named for it pays it, is not final, cannot be read, or is not found without another that took its place.
 */
export async function failPayout(
  deps: PayoutsDeps,
  principal: Principal,
  payoutId: string,
  reason: string,
): Answer<PayoutRow> {
  const seen = await findPayout(deps.database, payoutId)
  if (!seen) return refuse('not_found', 'There is no such payout.')
  if (seen.state !== 'review')
    return refuse('payout_state', `The payout is ${seen.state}: only one in review is resolved.`)
  const { config } = await deps.config.current()
  if (config.chains[seen.chain].halted)
    return refuse('payouts_off', `${seen.chain} is halted: nothing is known of what it shows.`)
  const findings = await findingsOf(deps, seen, config)
  const judged = await Promise.all(findings.map(async (one) => ({ ...one, mayPay: await mayPay(deps, payoutId, one) })))
  const open = judged.find((one) => one.mayPay)
  if (open)
    return refuse('payout_state', `${open.hash} may pay it: ${open.finding.kind}. Wait, or give its hash again.`)
  const isReplaced = judged.some(({ finding }) => finding.kind === 'not_it' || finding.kind === 'proves')
  if (findings.length > 0 && !isReplaced)
    return refuse(
      'payout_state',
      'A transaction that is not found can still be mined. Give the hash of the one that took its place (with the same nonce) first.',
    )
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    if (await isHalted(tx))
      return refuse(
        'payouts_off',
        'Payouts are halted: money may have left that nothing explains yet. Resume them first.',
      )
    const row = await findPayout(tx, payoutId, 'lock')
    const known = await hashesOf(tx, payoutId)
    if (row?.state !== 'review' || row.life !== seen.life || known.length !== findings.length)
      return refuse('payout_state', 'The payout has changed. Read it again.')
    const hash = createHash('sha256').update(`fail ${payoutId} ${row.life}`).digest('hex')
    const person = personOf(principal)
    const atMs = deps.clock.now()
    const word = { payoutId, purpose: 'fail' as const, life: row.life, person, keyId: principal.keyId, hash, atMs }
    const isNew = await insertApproval(tx, word)
    const actor = actorOf(principal)
    const words = await standingApprovals(deps, tx, row, word)
    if (words.length < peopleToFail) {
      if (!isNew) return refuse('second_person_needed', 'You have said so already. Another person must say so too.')
      await addHistory(tx, { payoutId, state: row.state, actor, reason, atMs })
      return ok(await updatePayout(tx, row, {}))
    }
    await deps.ledger(tx).release(ledgerId(payoutId, row.life))
    return ok(await step(deps, tx, row, { state: 'failed' }, { actor, reason }))
  })
}
