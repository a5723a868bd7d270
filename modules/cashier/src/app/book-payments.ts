import type { Claim } from '@species/contracts'
import { accountOfPayer, accounts, paymentTransferId } from '@species/kernel'
import { type Message, type Outgoing, about } from '@species/bus'
import type { Sql } from '@species/database'
import { openLedger } from '../adapters/ledger-session.ts'
import { paymentLines, reversalLines, reversalTransferId } from '../domain/posting.ts'
import { creditPayment, linesOfPayment } from './credit-payment.ts'
import type { CashierDeps } from './deps.ts'

/** Credits claimed payments whatever became of their events; each once, by its own transfer id. */
export async function creditClaims(
  deps: CashierDeps,
  batch: readonly Message<'payment.claimed'>[],
): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const claims = batch.map((message) => message.body.claim)
  await deps.database.transaction(async (tx) => {
    const ledger = await openLedger(tx, claims.flatMap(linesOfPayment), claims.map(paymentTransferId))
    for (const { body } of batch) creditPayment(ledger, body.claim, body.eventKey)
    await ledger.save(nowMs)
  })
  return batch.map((message) => {
    const { chain, hash, logIndex, life } = message.body.claim
    return about(
      'payment.credited',
      message,
      { key: message.key, partitionKey: message.key },
      { chain, hash, logIndex, ...(life === undefined ? {} : { life }) },
    )
  })
}

/** Takes vanished payments back: what the payer has left, the rest as a receivable. Each once. */
export async function reversePayments(
  deps: CashierDeps,
  batch: readonly Message<'payment.vanished'>[],
): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const outgoing: Outgoing[] = []
  for (const message of batch) {
    const { claim, eventKey } = message.body
    const owedMicro = await deps.database.transaction(async (tx) => {
      const owed = { account: accounts.receivable(claim.payer), asset: 'USDT' as const }
      const ledger = await openLedger(
        tx,
        [...paymentLines(claim), owed],
        [paymentTransferId(claim), reversalTransferId(claim)],
      )
      // Asked under the lock: of two processes the second finds what the first has taken back.
      const before = await reversedBefore(tx, claim)
      if (before !== undefined) return before
      ledger.post(
        { transferId: paymentTransferId(claim), kind: 'payment', eventKey, lines: paymentLines(claim) },
        false,
      )
      const lines = reversalLines(claim, ledger.book.available(accountOfPayer(claim.payer), 'USDT'))
      ledger.post({ transferId: reversalTransferId(claim), kind: 'reversal', eventKey, lines }, false)
      await ledger.save(nowMs)
      return lines.reduce((sum, line) => (line.account === owed.account ? sum - line.amount : sum), 0n)
    })
    outgoing.push(
      about(
        'payment.reversed',
        message,
        { key: message.key, partitionKey: claim.payer },
        { eventKey, claim, receivableMicro: owedMicro },
      ),
    )
  }
  return outgoing
}

/** What became a receivable when this payment was reversed; undefined where it was not. */
async function reversedBefore(tx: Sql, claim: Claim): Promise<bigint | undefined> {
  const [transfer] = await tx.query('SELECT transfer_id FROM cashier.transfers WHERE transfer_id = $1', [
    reversalTransferId(claim),
  ])
  if (!transfer) return undefined
  const [entry] = await tx.query<{ amount: bigint }>(
    'SELECT amount FROM cashier.entries WHERE transfer_id = $1 AND account = $2',
    [reversalTransferId(claim), accounts.receivable(claim.payer)],
  )
  return entry ? -entry.amount : 0n
}
