import { type Principal, actorOf, comparableAddress, familyOf, hashForm, normaliseHash } from '@species/contracts'
import { accounts, ok, refuse, unknown } from '@species/kernel'
import type { Outcome } from '@species/kernel'
import type { Sql } from '@species/database'
import { hashesOf, insertAttempt, insertHash } from '../adapters/evidence-rows.ts'
import { type PayoutRow, findPayout } from '../adapters/payout-rows.ts'
import { destinationFault } from '../domain/destination.ts'
import { ledgerId } from '../domain/payout.ts'
import { approvalHash, standingApprovals } from './decide-payouts.ts'
import type { PayoutsDeps } from './deps.ts'
import { closedBy, usableAddress } from './allowed-payout.ts'
import { type Answer, step } from './step.ts'

/** A payout that is being sent and of which nothing is heard goes to review after this time. It is never sent again. */
export const longestSendingMs = 900_000
/** Transactions that can be named for one payout: the first, and those that replaced it. */
const maxHashes = 10

/**
 * Begins to send an approved payout: the attempt is committed before anything leaves, and there is one for ever. All that could have
 * changed since the approval is asked again. In the sandbox it is sent at once; otherwise the operator sends it by hand.
 */
export async function sendPayout(
  deps: PayoutsDeps,
  principal: Principal,
  payoutId: string,
  wallet: string | undefined,
): Answer<PayoutRow> {
  const history = await deps.config.chainHistory()
  const begun = await deps.database.transaction(async (tx): Answer<{ row: PayoutRow; from: string }> => {
    const row = await findPayout(tx, payoutId, 'lock')
    if (!row) return refuse('not_found', 'There is no such payout.')
    if (row.state !== 'approved')
      return refuse('payout_state', `The payout is ${row.state}: only an approved one is sent, and once.`)
    const { config } = await deps.latestConfig(tx).latest()
    const closed = await closedBy(deps, tx, row.chain, config)
    if (closed !== undefined) return refuse('payouts_off', closed)
    const approvals = await standingApprovals(deps, tx, row, { purpose: 'pay', hash: approvalHash(row) })
    if (approvals.length < (row.people ?? 2))
      return refuse(
        'second_person_needed',
        'An approval does not count any more, because its key was revoked. Refuse the payout.',
      )
    const usable = await sendable(deps, tx, row, { config, history })
    if (!usable.ok) return usable
    const ours = config.chains[row.chain].ourWallets
    const comparable = (one: string): string => comparableAddress(familyOf(row.chain), one)
    const from = wallet === undefined ? ours[0] : ours.find((one) => comparable(one) === comparable(wallet))
    if (from === undefined)
      return refuse(
        'invalid_request',
        `Name a wallet of the configuration (chains.${row.chain}.ourWallets): ${ours.join(', ') || 'there is none yet'}.`,
      )
    const [by, atMs] = [actorOf(principal), deps.clock.now()]
    await insertAttempt(tx, { payoutId, channel: deps.payoutSender ? 'sandbox' : 'hand', wallet: from, by, atMs })
    const next = { state: 'sending' as const, dueAtMs: atMs + longestSendingMs }
    return ok({ row: await step(deps, tx, row, next, { actor: by }), from })
  })
  if (!begun.ok) return begun
  const { row, from } = begun.value
  return deps.payoutSender ? await sendNow(deps, deps.payoutSender, row, from) : ok(row)
}

/** Whether its owner's money can be sent to its address as things stand now. */
async function sendable(
  deps: PayoutsDeps,
  tx: Sql,
  row: PayoutRow,
  rules: Parameters<typeof usableAddress>[3],
): Answer<true> {
  const { owner, chain, address } = row
  if (row.source !== undefined) {
    const fault = destinationFault(chain, address, { chains: rules.config.chains, history: rules.history })
    return fault === undefined ? ok(true) : refuse('address_refused', `No money can be sent to ${address}: ${fault}.`)
  }
  const usable = await usableAddress(deps, tx, row, rules)
  if (!usable.ok) return usable
  const standing = (await deps.authenticator(tx).standings([owner])).get(owner)
  if (standing?.status !== 'active') return refuse('user_suspended', `${owner} is not active: nothing is sent.`)
  const [owed] = await deps.cashier(tx).balances([accounts.receivable(owner)])
  return owed !== undefined && owed.posted < 0n
    ? refuse('not_payable', `${owner} owes the marketplace since a payment vanished: nothing is sent.`)
    : ok(true)
}

/** Sends by a partner, once. Where no definite answer comes nothing is repeated: the payout goes to review. */
async function sendNow(
  deps: PayoutsDeps,
  sender: NonNullable<PayoutsDeps['payoutSender']>,
  { payoutId, chain, address, amountMicro }: PayoutRow,
  from: string,
): Answer<PayoutRow> {
  const outcome = await sender
    .send({ key: payoutId, chain, from, to: address, amountMicro })
    .catch((error: unknown): Outcome<{ hash: string }> => unknown(String(error)))
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const row = await findPayout(tx, payoutId, 'lock')
    if (!row) return refuse('not_found', 'There is no such payout.')
    // It is known already what became of it.
    if (row.state !== 'sending') return ok(row)
    const actor = 'sandbox'
    const atMs = deps.clock.now()
    if (outcome.kind === 'yes') {
      const hash = normaliseHash(chain, outcome.value.hash)
      if (hash !== undefined) {
        await insertHash(tx, { payoutId, hash, givenBy: actor, atMs })
        return ok(await step(deps, tx, row, { state: 'sent', dueAtMs: atMs, checks: 0 }, { actor }))
      }
    }
    if (outcome.kind === 'no') {
      await deps.ledger(tx).release(ledgerId(payoutId, row.life))
      return ok(await step(deps, tx, row, { state: 'failed' }, { actor, reason: outcome.refusal.detail }))
    }
    const reason =
      'Whether it was sent is unknown. Look at the wallet, and give the hash of the transaction if there is one.'
    return ok(await step(deps, tx, row, { state: 'review', dueAtMs: undefined }, { actor, reason }))
  })
}

/** An operator names the transaction that pays it: the first, or one that replaced it. It is proven like any other. */
export async function giveHash(
  deps: PayoutsDeps,
  principal: Principal,
  payoutId: string,
  text: string,
): Answer<PayoutRow> {
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const row = await findPayout(tx, payoutId, 'lock')
    if (!row) return refuse('not_found', 'There is no such payout.')
    const hash = normaliseHash(row.chain, text)
    if (hash === undefined) return refuse('invalid_request', `A transaction on ${row.chain} is ${hashForm(row.chain)}.`)
    const known = await hashesOf(tx, payoutId)
    if (row.state !== 'sending' && row.state !== 'sent' && row.state !== 'review')
      return refuse('payout_state', `The payout is ${row.state}: no transaction is taken for it.`)
    const isKnown = known.some((one) => one.hash === hash)
    if (!isKnown && known.length >= maxHashes)
      return refuse('payout_state', `${maxHashes} transactions were named for it. Resolve it with a reason.`)
    const [by, atMs] = [actorOf(principal), deps.clock.now()]
    await insertHash(tx, { payoutId, hash, givenBy: by, atMs })
    return ok(await step(deps, tx, row, { state: 'sent', dueAtMs: atMs, checks: 0 }, { actor: by, reason: hash }))
  })
}
