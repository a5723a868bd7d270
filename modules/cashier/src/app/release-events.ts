import type { Line, StateBodies } from '@species/contracts'
import { Fault, accounts, payerOf, paymentTransferId } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { fromStored, decideOnce, reach } from '@species/flow'
import { type FundingRow, endFundings, insertFundings, readFundings } from '../adapters/funding-rows.ts'
import {
  type CreditTransfer,
  type LedgerSession,
  countPayments,
  creditLeft,
  creditMicro,
  openLedger,
} from '../adapters/ledger-session.ts'
import { lockCounters, lockName, writeCounters } from '../adapters/limit-counters.ts'
import { setApprovals } from '../adapters/approval-rows.ts'
import { nettingTransferId } from '../domain/posting.ts'
import { approvalsOfEvents, lockedApprovals } from './approvals-of-events.ts'
import { creditPayments, linesOfPayment, payWhatIsOwed } from './credit-payment.ts'
import type { CashierDeps } from './deps.ts'

type Cancelled = Message<'cancelled'>

/**
 * The road back: holds, limits and what an unused approval was charged are given back, the payment stays as the payer's credit. The row is stored even where
 * the cashier never saw the event, so that a forward message that comes later finds it. An event with more claims than it carries
 * waits until the ledger has them all, because its receipt says what was credited: the sweeper brings it again.
 */
export async function releaseEvents(deps: CashierDeps, all: readonly Cancelled[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const early = await notAllBooked(deps.database, all)
  const batch = all.filter((message) => !early.has(message.key))
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readFundings(tx, keys, true),
    isOpen: (row) => row.outcome !== 'released',
    decide: (tx, fresh, { rows }) => release(tx, fresh, rows, nowMs),
    answer: (message, row) =>
      row.outcome === 'refused' || row.outcome === 'released' ? fromStored(row.outcome, message, row.dossier) : [],
  })
}

async function release(
  tx: Sql,
  open: readonly Cancelled[],
  rows: ReadonlyMap<string, FundingRow>,
  nowMs: number,
): Promise<FundingRow[]> {
  const held = open
    .flatMap((message) => (rows.get(message.key)?.outcome === 'funded' ? [rows.get(message.key)] : []))
    .filter((row) => row !== undefined)
  const claims = open.flatMap((message) => message.body.payment?.claims ?? [])
  const ledger = await openLedger(
    tx,
    [...held.flatMap((row) => [...(row.funding?.lines ?? []), ...owedBy(row)]), ...claims.flatMap(linesOfPayment)],
    claims.map(paymentTransferId),
  )
  const asked = await approvalsOfEvents(
    tx,
    open.map(({ body }) => body),
  )
  const limits = await lockCounters(tx, [
    ...held.flatMap((row) => row.charges),
    ...[...asked.values()].flatMap(({ agentId, charges }) => [
      { keyId: agentId, windowName: lockName, units: 0n },
      ...charges,
    ]),
  ])
  const unused = [...(await lockedApprovals(tx, asked)).values()].filter(
    ({ state }) => state === 'granted' || state === 'undecided',
  )
  for (const { charges } of unused) limits.giveBack(charges)
  for (const row of held) {
    ledger.book.release(row.funding?.lines ?? [])
    limits.giveBack(row.charges)
  }
  for (const message of open) creditPayments(ledger, message.body)
  for (const row of held) payFromHold(ledger, row)
  await ledger.save(nowMs)
  // Asked of the ledger: a refusal for a missed deadline knows nothing of the payment.
  const credit = await creditLeft(
    tx,
    open.map((message) => message.key),
  )
  const released = open.map((message) => {
    const own = credit.filter((transfer) => transfer.eventKey === message.key)
    return releasedRow(message, rows.get(message.key), own, nowMs)
  })
  await writeCounters(tx, limits)
  await setApprovals(
    tx,
    unused.map(({ approvalId }) => approvalId),
    'ended',
  )
  await endFundings(
    tx,
    released
      .filter((row) => rows.has(row.eventKey))
      .map((row) => ({ eventKey: row.eventKey, outcome: 'released', dossier: row.dossier })),
    nowMs,
  )
  await insertFundings(
    tx,
    released.filter((row) => !rows.has(row.eventKey)),
  )
  return released
}

/** Events of which claims that they do not carry are still to be booked; each is told of by itself. */
async function notAllBooked(sql: Sql, batch: readonly Cancelled[]): Promise<Set<string>> {
  const claimed = batch.flatMap(({ key, body: { payment } }) =>
    payment?.rest ? [{ key, claims: payment.claims, inAll: payment.claims.length + payment.rest.claims }] : [],
  )
  if (claimed.length === 0) return new Set()
  const booked = await countPayments(
    sql,
    claimed.map(({ key, claims }) => ({ eventKey: key, besides: claims.map(paymentTransferId) })),
  )
  return new Set(
    claimed.filter(({ key, claims, inAll }) => claims.length + (booked.get(key) ?? 0) < inAll).map(({ key }) => key),
  )
}

/** What the payer of a hold may owe since a payment of his vanished. */
function owedBy(row: FundingRow): Line[] {
  const payer = payerOfHold(row)
  return payer === undefined ? [] : [{ account: accounts.receivable(payer), asset: 'USDT', amount: 0n }]
}

/** Whose USDT an event's hold took: none, or one payer's, be it the pool. */
function payerOfHold({ funding }: FundingRow): string | undefined {
  const debits = funding?.lines.filter(({ asset, amount }) => asset === 'USDT' && amount < 0n) ?? []
  return debits.map(({ account }) => payerOf(account)).find((payer) => payer !== undefined)
}

/** A reversal leaves a hold alone and books what it lacked as owed: what the hold gives back pays that before it can be spent. */
function payFromHold(ledger: LedgerSession, row: FundingRow): void {
  const payer = payerOfHold(row)
  if (payer !== undefined)
    payWhatIsOwed(ledger, payer, { transferId: nettingTransferId(row.eventKey), eventKey: row.eventKey })
}

function releasedRow(
  message: Cancelled,
  before: FundingRow | undefined,
  credit: readonly CreditTransfer[],
  nowMs: number,
): FundingRow & { dossier: StateBodies['released']; deadlineMs: number } {
  if (before?.outcome === 'settled') {
    throw new Fault('cancelled_after_settlement', {
      retryable: false,
      publicMessage: 'A settled event cannot be released.',
      detail: { eventKey: message.key },
    })
  }
  const { body } = message
  const given = {
    heldBefore: before?.outcome === 'funded',
    paymentTransferIds: namedOf(body, credit),
    creditedMicro: creditMicro(credit),
  }
  return {
    eventKey: message.key,
    outcome: 'released',
    dossier: reach('released', body, { release: given }, nowMs),
    charges: [],
    decidedAtMs: nowMs,
    endedAtMs: nowMs,
    deadlineMs: body.deadlineMs,
  }
}

/** The transfers that the receipt names: those of claims that the event does not carry, which may be thousands, it only sums up. */
function namedOf({ payment }: Cancelled['body'], credit: readonly CreditTransfer[]): string[] {
  const ids = credit.map((transfer) => transfer.transferId)
  if (!payment?.rest) return ids
  const carried = new Set(payment.claims.map(paymentTransferId))
  return ids.filter((id) => carried.has(id) || !id.startsWith('payment:'))
}
