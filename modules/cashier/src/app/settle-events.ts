import type { Settlement } from '@species/contracts'
import { Fault } from '@species/kernel'
import { type Message, type Outgoing, step } from '@species/bus'
import { endFundings, readFundings } from '../adapters/funding-rows.ts'
import { openLedger } from '../adapters/ledger-session.ts'
import type { CashierDeps } from './deps.ts'

type Confirmed = Message<'confirmed'>

/** Settles the holds of a batch: posts what was held, once, and answers with the running balances. */
export async function settleEvents(deps: CashierDeps, batch: readonly Confirmed[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  return await deps.database.transaction(async (tx) => {
    // What the messages say was held only tells which balances to lock; what is posted is what the rows say.
    const [rows, ledger] = await Promise.all([
      readFundings(
        tx,
        batch.map((message) => message.key),
        true,
      ),
      openLedger(
        tx,
        batch.flatMap((message) => message.body.funding.lines),
        batch.map((message) => settlementId(message.key)),
        // The hold has made them.
        [],
      ),
    ])
    const held = batch.filter((message) => rows.get(message.key)?.outcome === 'funded')
    const settled = new Map<string, Settlement>()
    for (const message of held) {
      const transferId = settlementId(message.key)
      const funding = rows.get(message.key)?.funding
      const posted =
        funding && ledger.post({ transferId, kind: 'settlement', eventKey: message.key, lines: funding.lines }, true)
      if (!posted) throw impossible(message, 'its hold was settled before its row said so')
      settled.set(message.key, { transferId, lines: posted })
    }
    await Promise.all([
      ledger.save(nowMs),
      endFundings(
        tx,
        [...settled].map(([eventKey, settlement]) => ({ eventKey, outcome: 'settled', settlement })),
        nowMs,
      ),
    ])
    return batch.map((message) => {
      const row = rows.get(message.key)
      const settlement = settled.get(message.key) ?? row?.settlement
      if (!settlement) throw impossible(message, `the cashier's row says ${row?.outcome ?? 'nothing'}`)
      const at = row?.endedAtMs ?? nowMs
      return step('settled', message, { ...message.body, settlement, times: { ...message.body.times, settled: at } })
    })
  })
}

function settlementId(eventKey: string): string {
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
