import type { Settlement } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { advance, decideOnce } from '@species/flow'
import { type FundingRow, endFundings, readFundings } from '../adapters/funding-rows.ts'
import { type LedgerSession, openLedger } from '../adapters/ledger-session.ts'
import type { CashierDeps } from './deps.ts'

type Confirmed = Message<'confirmed'>

/** Settles the holds of a batch: posts what was held, once, and answers with the running balances. */
export async function settleEvents(deps: CashierDeps, batch: readonly Confirmed[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readFundings(tx, keys, true),
    // What the messages say was held only tells which balances to lock; what is posted is what the rows say.
    prepare: (tx) =>
      openLedger(
        tx,
        batch.flatMap((message) => message.body.funding.lines),
        batch.map((message) => settlementId(message.key)),
        // The hold has made them.
        [],
      ),
    isOpen: (row) => row.settlement === undefined,
    decide: (tx, fresh, { rows, context: ledger }) => settle(tx, fresh, { rows, ledger, nowMs }),
    answer: (message, { settlement, endedAtMs = nowMs }) =>
      settlement ? [advance('settled', message, message.body, { settlement }, endedAtMs)] : [],
  })
}

async function settle(
  tx: Sql,
  fresh: readonly Confirmed[],
  {
    rows,
    ledger,
    nowMs,
  }: { readonly rows: ReadonlyMap<string, FundingRow>; readonly ledger: LedgerSession; readonly nowMs: number },
): Promise<FundingRow[]> {
  const settled = fresh.map((message): FundingRow & { readonly settlement: Settlement } => {
    const row = rows.get(message.key)
    if (row?.outcome !== 'funded') throw impossible(message, `the cashier's row says ${row?.outcome ?? 'nothing'}`)
    const transferId = settlementId(message.key)
    const { funding } = row
    const posted =
      funding && ledger.post({ transferId, kind: 'settlement', eventKey: message.key, lines: funding.lines }, true)
    if (!posted) throw impossible(message, 'its hold was settled before its row said so')
    return { ...row, outcome: 'settled', settlement: { transferId, lines: posted }, endedAtMs: nowMs }
  })
  await Promise.all([
    ledger.save(nowMs),
    endFundings(
      tx,
      settled.map(({ eventKey, settlement }) => ({ eventKey, outcome: 'settled', settlement })),
      nowMs,
    ),
  ])
  return settled
}

export function settlementId(eventKey: string): string {
  return `settlement:${eventKey}`
}

/** Delivered and confirmed, yet nothing is held: nothing is posted, the message is parked, and a person looks. */
function impossible(message: Confirmed, why: string): Fault {
  return new Fault('confirmed_without_hold', {
    retryable: false,
    publicMessage: 'A confirmed event has no hold to settle.',
    detail: { eventKey: message.key, why },
  })
}
