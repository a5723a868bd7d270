import type { Claim, Dossier, Line } from '@species/contracts'
import { accountOfPayer, accounts, paymentTransferId } from '@species/kernel'
import type { LedgerSession } from '../adapters/ledger-session.ts'
import { nettingLines, nettingTransferId, paymentLines } from '../domain/posting.ts'

/** What must be open for {@link creditPayment}. */
export function linesOfPayment(claim: Claim): Line[] {
  return isBack(claim)
    ? [...paymentLines(claim), { account: accounts.receivable(claim.payer), asset: 'USDT', amount: 0n }]
    : paymentLines(claim)
}

/**
 * Posts a payment that is not yet in the ledger. One that had vanished and is back pays first what its vanishing left owed: the
 * money came once, and what it bought then was kept.
 */
export function creditPayment(ledger: LedgerSession, claim: Claim, eventKey: string): void {
  const transferId = paymentTransferId(claim)
  const posted = ledger.post({ transferId, kind: 'payment', eventKey, lines: paymentLines(claim) }, false)
  if (posted && isBack(claim))
    payWhatIsOwed(ledger, claim.payer, { transferId: nettingTransferId(transferId), eventKey })
}

/** Posts the payments of an event that are not yet in the ledger. */
export function creditPayments(ledger: LedgerSession, dossier: Dossier): void {
  for (const claim of dossier.payment?.claims ?? []) creditPayment(ledger, claim, dossier.eventKey)
}

/** What a payer has free and owes at the same time pays what is owed before it can be spent. */
export function payWhatIsOwed(
  ledger: LedgerSession,
  payer: string,
  { transferId, eventKey }: { transferId: string; eventKey: string | undefined },
): void {
  const free = ledger.book.available(accountOfPayer(payer), 'USDT')
  const owed = -ledger.book.available(accounts.receivable(payer), 'USDT')
  const lines = nettingLines(payer, free, owed)
  if (lines.length > 0) ledger.post({ transferId, kind: 'reversal', eventKey, lines }, false)
}

function isBack({ life = 0 }: Claim): boolean {
  return life > 0
}
