import type { LedgerPort, LedgerResult, Line, MoneyTransfer } from '@species/contracts'
import { Fault, accounts, payerOf } from '@species/kernel'
import type { Sql } from '@species/database'
import type { Clock } from '@species/platform'
import { type HoldRow, endHold, heldOf, insertHold, readHold } from '../adapters/hold-rows.ts'
import { type LedgerSession, digestOf, openLedger, transferConflict } from '../adapters/ledger-session.ts'
import { nettingTransferId } from '../domain/posting.ts'
import { payWhatIsOwed } from './credit-payment.ts'

const done = { ok: true } as const

/** The ledger for other modules, in a transaction of theirs. */
export function createLedgerPort(clock: Clock): (tx: Sql) => LedgerPort {
  return (tx) => ({
    post: (transfers) => post(tx, transfers, clock.now()),
    hold: (transfer) => hold(tx, transfer, clock.now()),
    async settle(transferId) {
      const { row, ledger } = await openHold(tx, transferId)
      if (row.state === 'settled') return
      if (row.state === 'released') throw transferConflict(transferId)
      ledger.post(row, true)
      await ledger.save(clock.now())
      await endHold(tx, transferId, 'settled', clock.now())
    },
    async release(transferId) {
      const { row, ledger } = await openHold(tx, transferId)
      if (row.state === 'released') return
      if (row.state === 'settled') throw transferConflict(transferId)
      ledger.book.release(row.lines)
      for (const payer of payersOf(row.lines))
        payWhatIsOwed(ledger, payer, {
          transferId: nettingTransferId(`${transferId}:${payer}`),
          eventKey: row.eventKey,
        })
      await ledger.save(clock.now())
      await endHold(tx, transferId, 'released', clock.now())
    },
  })
}

async function post(tx: Sql, transfers: readonly MoneyTransfer[], nowMs: number): Promise<LedgerResult> {
  const ids = transfers.map((one) => one.transferId)
  const ledger = await openLedger(tx, transfers.flatMap(linesOf), ids)
  const [held] = await heldOf(tx, ids)
  if (held !== undefined) throw transferConflict(held)
  for (const transfer of transfers) {
    const lines = linesOf(transfer)
    const shortfall = ledger.isPosted(transfer.transferId) ? undefined : ledger.book.shortfall(lines)
    if (shortfall) return { ok: false, shortfall }
    ledger.post({ ...transfer, eventKey: transfer.eventKey, lines }, false)
  }
  await ledger.save(nowMs)
  return done
}

async function hold(tx: Sql, transfer: MoneyTransfer, nowMs: number): Promise<LedgerResult> {
  const { transferId, kind, eventKey } = transfer
  const lines = linesOf(transfer)
  const ledger = await openLedger(tx, lines, [transferId])
  const before = await readHold(tx, transferId)
  if (before) {
    // What was released is held no more: its owner may have spent it.
    if (before.state === 'released' || digestOf(before.lines) !== digestOf(lines)) throw transferConflict(transferId)
    return done
  }
  if (ledger.isPosted(transferId)) throw transferConflict(transferId)
  const shortfall = ledger.book.shortfall(lines)
  if (shortfall) return { ok: false, shortfall }
  ledger.book.hold(lines)
  await Promise.all([insertHold(tx, { transferId, kind, eventKey, lines }, nowMs), ledger.save(nowMs)])
  return done
}

/** A hold as it stands once its balances are locked. */
async function openHold(tx: Sql, transferId: string): Promise<{ row: HoldRow; ledger: LedgerSession }> {
  const seen = await readHold(tx, transferId)
  if (!seen) throw unknownHold(transferId)
  const owed = payersOf(seen.lines).map((payer) => ({ account: accounts.receivable(payer), asset: 'USDT' as const }))
  const ledger = await openLedger(tx, [...seen.lines, ...owed], [transferId])
  const row = await readHold(tx, transferId)
  if (!row) throw unknownHold(transferId)
  return { row, ledger }
}

/** Whose credit a hold takes. */
function payersOf(lines: readonly Line[]): string[] {
  return lines.flatMap(({ account, amount }) => (amount < 0n ? (payerOf(account) ?? []) : []))
}

function linesOf({ lines }: MoneyTransfer): Line[] {
  return lines.map(({ account, amountMicro }) => ({ account, asset: 'USDT', amount: amountMicro }))
}

function unknownHold(transferId: string): Fault {
  return new Fault('unknown_hold', {
    retryable: false,
    publicMessage: 'No money is held under this name.',
    detail: { transferId },
  })
}
