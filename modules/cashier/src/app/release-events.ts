import type { Line, StateBodies } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Message, Outgoing } from '@species/runtime'
import { type FundingRow, endFundings, insertFundings, readFundings } from '../adapters/funding-rows.ts'
import { type LedgerSession, creditedPayments, openLedger } from '../adapters/ledger-session.ts'
import { lockCounters, writeCounters } from '../adapters/limit-counters.ts'
import { accounts } from '../domain/account.ts'
import { nettingLines, paymentLines, paymentTransferId } from '../domain/posting.ts'
import type { CashierDeps } from './deps.ts'
import { backward, creditPayments } from './fund-events.ts'

type Cancelled = Message<'cancelled'>

/**
 * The road back: holds and limits are given back, the payment stays as the payer's credit. The row is stored even where
 * the cashier never saw the event, so that a forward message that comes later finds it.
 */
export async function releaseEvents(deps: CashierDeps, batch: readonly Cancelled[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  return await deps.database.transaction(async (tx) => {
    const rows = await readFundings(
      tx,
      batch.map((message) => message.key),
      true,
    )
    const open = batch.filter((message) => rows.get(message.key)?.outcome !== 'released')
    const held = open
      .flatMap((message) => (rows.get(message.key)?.outcome === 'funded' ? [rows.get(message.key)] : []))
      .filter((row) => row !== undefined)
    const claims = open.flatMap((message) => message.body.payment?.claims ?? [])
    const ledger = await openLedger(
      tx,
      [...held.flatMap((row) => [...(row.funding?.lines ?? []), ...owedBy(row)]), ...claims.flatMap(paymentLines)],
      claims.map(paymentTransferId),
    )
    const limits = await lockCounters(
      tx,
      held.flatMap((row) => row.charges),
    )
    for (const row of held) {
      ledger.book.release(row.funding?.lines ?? [])
      limits.giveBack(row.charges)
    }
    for (const message of open) creditPayments(ledger, message.body)
    for (const row of held) payWhatIsOwed(ledger, row)
    await ledger.save(nowMs)
    // Asked of the ledger: a refusal for a missed deadline knows nothing of the payment.
    const payments = await creditedPayments(
      tx,
      open.map((message) => message.key),
    )
    const released = open.map((message) => {
      const own = payments.filter((payment) => payment.eventKey === message.key)
      return releasedRow(message, rows.get(message.key), own, nowMs)
    })
    await writeCounters(tx, limits)
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
    for (const row of released) rows.set(row.eventKey, row)
    return batch.flatMap((message) => {
      const row = rows.get(message.key)
      return row ? backward(message, row) : []
    })
  })
}

/** What the payer of a hold may owe since a payment of his vanished. */
function owedBy(row: FundingRow): Line[] {
  return payersOf(row).map((onliId) => ({ account: accounts.receivable(onliId), asset: 'USDT', amount: 0n }))
}

function payersOf({ funding }: FundingRow): string[] {
  return (funding?.lines ?? []).flatMap(({ account, asset, amount }) =>
    asset === 'USDT' && amount < 0n && account.startsWith(userPrefix) ? [account.slice(userPrefix.length)] : [],
  )
}

const userPrefix = accounts.user('')

/** A reversal leaves a hold alone and books what it lacked as owed: what the hold gives back pays that before it can be spent. */
function payWhatIsOwed(ledger: LedgerSession, row: FundingRow): void {
  for (const onliId of payersOf(row)) {
    const free = ledger.book.available(accounts.user(onliId), 'USDT')
    const owed = -ledger.book.available(accounts.receivable(onliId), 'USDT')
    const lines = nettingLines(onliId, free, owed)
    if (lines.length > 0)
      ledger.post({ transferId: `netting:${row.eventKey}`, kind: 'reversal', eventKey: row.eventKey, lines }, false)
  }
}

function releasedRow(
  message: Cancelled,
  before: FundingRow | undefined,
  payments: readonly { transferId: string; amountMicro: bigint }[],
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
  const release = {
    heldBefore: before?.outcome === 'funded',
    paymentTransferIds: payments.map((payment) => payment.transferId),
    creditedMicro: payments.reduce((sum, payment) => sum + payment.amountMicro, 0n),
  }
  const dossier = { ...body, release, times: { ...body.times, released: nowMs } }
  return {
    eventKey: message.key,
    outcome: 'released',
    dossier,
    charges: [],
    decidedAtMs: nowMs,
    endedAtMs: nowMs,
    deadlineMs: body.deadlineMs,
  }
}
