import type { Dossier, EventRefusal, Funding, Line, Shortfall, StateBodies } from '@species/contracts'
import { type Result, accounts, formatQuantity, formatUsdt, paidInWords, ok, refuse } from '@species/kernel'
import type { LedgerBook } from './ledger-book.ts'
import type { Charge, LimitBook } from './limits.ts'
import { linesFromPayable, payableOrder, splitDue } from './pay-from.ts'
import type { PoolHold, PoolShares } from './pool-share.ts'
import type { Posting } from './posting.ts'

export type FundRefusal = Pick<EventRefusal, 'code' | 'detail'>

/** Everything a hold depends on, besides the locked balances and counters. */
export interface FundRequest {
  readonly dossier: StateBodies['matched']
  readonly posting: Posting
  readonly charges: Result<Charge[]>
  readonly poolShares: PoolShares
  /** Set where trading, the user or the key was stopped since the event was accepted. */
  readonly stopped: FundRefusal | undefined
  readonly paymentTransferIds: readonly string[]
  /** What of the payment has vanished from its chain since: it pays nothing, whatever other credit there is. */
  readonly vanishedMicro: bigint
}

/**
 * Holds the event's money and units, and charges its limits, or refuses and leaves both books as they were. The payment
 * itself is posted before, and stays the payer's whatever is decided here.
 */
export function fund(book: LedgerBook, limits: LimitBook, request: FundRequest): Result<Funding, FundRefusal> {
  const { dossier, posting, charges, stopped } = request
  if (stopped) return { ok: false, refusal: stopped }
  if (!charges.ok) return charges
  if (dossier.payment.source === 'chain') {
    const claimed = dossier.payment.claims.reduce((sum, claim) => sum + claim.amountMicro, 0n)
    const paid = claimed - request.vanishedMicro
    if (paid < posting.dueMicro && claimed >= posting.dueMicro) {
      return refuse(
        'insufficient_payment',
        `${formatUsdt(request.vanishedMicro)} USDT of the payment vanished from the chain before the event was funded. Other credit does not stand in for it: pay again under a new eventId.`,
      )
    }
    if (paid < posting.dueMicro) {
      return refuse(
        'insufficient_payment',
        `${formatUsdt(posting.dueMicro)} USDT were due with the fee, ${paidInWords(paid, dossier.payment.rest?.amountMicro)}. They are kept as your credit: pay from it, or pay enough in one transaction.`,
      )
    }
  }
  const paid = paidLines(book, dossier, posting)
  if (!paid.ok) return paid
  const lines = paid.value
  const shortfall = book.shortfall(lines)
  if (shortfall) return { ok: false, refusal: refusalOf(shortfall) }
  const pool = poolHoldOf(dossier, posting)
  const share = pool && request.poolShares.check(pool, book.posted(accounts.liquidityPool, 'USDT'))
  if (share && !share.ok) return share
  const charged = limits.charge(charges.value)
  if (!charged.ok) return charged
  if (pool) request.poolShares.hold(pool)
  book.hold(lines)
  return ok({
    lines,
    feeMicro: posting.feeMicro,
    feePerFillMicro: posting.feePerFillMicro,
    paymentTransferIds: [...request.paymentTransferIds],
  })
}

/** What is posted, with the buyer's money taken from where the event says. Who owes us pays with no proceeds. */
function paidLines(book: LedgerBook, dossier: StateBodies['matched'], posting: Posting): Result<Line[], FundRefusal> {
  const order = payableOrder(dossier)
  const { dueMicro } = posting
  if (order === undefined || dueMicro === 0n) return ok(posting.lines)
  const { from } = dossier.event
  const owed = book.available(accounts.receivable(from), 'USDT')
  if (owed < 0n)
    return refuse(
      'insufficient_payment',
      `You owe ${formatUsdt(-owed)} USDT since a payment vanished from its chain: your proceeds pay for nothing before it is repaid.`,
    )
  const payable = book.available(accounts.payable(from), 'USDT')
  const credit = book.available(accounts.user(from), 'USDT')
  if (payable + credit < dueMicro)
    return refuse(
      'insufficient_payment',
      `${formatUsdt(dueMicro)} USDT are due with the fee, ${formatUsdt(payable)} of your proceeds and ${formatUsdt(credit)} of your credit are free. What is held for other events cannot pay twice.`,
    )
  return ok(linesFromPayable(posting, dossier, splitDue(order, dueMicro, { payable, credit }).payable))
}

/** What the event holds of the liquidity pool's money; undefined where it holds none. */
export function poolHoldOf({ event }: Pick<Dossier, 'event'>, { lines }: Posting): PoolHold | undefined {
  const held = lines.find(
    ({ account, asset, amount }) => account === accounts.liquidityPool && asset === 'USDT' && amount < 0n,
  )
  return held && { holder: event.from, micro: -held.amount }
}

function refusalOf({ account, asset, available, needed }: Shortfall): FundRefusal {
  const figures = `${formatQuantity(asset, needed)} ${asset} are needed, ${formatQuantity(asset, available < 0n ? 0n : available)} are free.`
  if (account === accounts.liquidityPool) {
    return {
      code: 'pool_exhausted',
      detail: `The liquidity pool cannot pay this redemption now. ${figures} Try a smaller amount, or later.`,
    }
  }
  if (asset === 'USDT')
    return { code: 'insufficient_payment', detail: `${figures} What is held for other events cannot pay twice.` }
  return { code: 'insufficient_units', detail: `${figures} Units held for other events cannot be spent twice.` }
}
