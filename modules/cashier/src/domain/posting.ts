import type { Claim, Line, MarketplaceConfig, MarketplaceEvent, Match, StateBodies } from '@species/contracts'
import { type MoneyFacts, type UnitsFrom, type UnitsTo, intentFacts, sellerFee } from '@species/contracts/intents'
import {
  type Asset,
  accountOfPayer,
  accounts,
  assert,
  feeOf,
  paymentTransferId,
  splitByLargestRemainder,
  unreachable,
} from '@species/kernel'
import { mergeLines } from './ledger-book.ts'

/** What an event will post when it settles, and what the buyer pays for it. */
export interface Posting {
  readonly lines: Line[]
  readonly feeMicro: bigint
  readonly feePerFillMicro: bigint[]
  /** USDT that the payment or credit of the event must cover; zero where the event takes none. */
  readonly dueMicro: bigint
}

/**
 * The posting of an event, derived from the table of intents. Fees are floored once per event and split over fills by largest
 * remainder. The user's side comes first: who lacks units or money is told so, whatever the pool could pay.
 */
export function postingOf(dossier: StateBodies['matched'], config: MarketplaceConfig): Posting {
  const { intent, match, event } = dossier
  const { units, money } = intentFacts[intent]
  const unitLines = move('SPECIES', unitsAccount(units.from, event), unitsAccount(units.to, event), match.units)
  if (money === undefined) return { lines: mergeLines(unitLines), feeMicro: 0n, feePerFillMicro: [], dueMicro: 0n }
  const feeMicro = feeOf(match.totalMicro, config.feeBasisPoints[money.fee])
  const moneyLines = moneyLinesOf(money, dossier, feeMicro, config)
  const weights = match.fills.map((fill) => fill.totalMicro)
  return {
    lines: mergeLines(money.payer === 'user' ? [...moneyLines, ...unitLines] : [...unitLines, ...moneyLines]),
    feeMicro,
    feePerFillMicro: weights.length === 0 ? [] : splitByLargestRemainder(feeMicro, weights),
    dueMicro: money.payer === 'user' ? paidMicro(money, match.totalMicro, feeMicro) : 0n,
  }
}

function unitsAccount(place: UnitsFrom | UnitsTo, event: MarketplaceEvent): string {
  switch (place) {
    case 'supply':
      return accounts.supply
    case 'escrow':
      return accounts.escrow
    case 'pool':
      return accounts.liquidityPool
    case 'user':
      return accounts.user(event.from)
    case 'receiver':
      assert(event.to !== undefined, 'an event with a receiver names them')
      return accounts.user(event.to)
    default:
      return unreachable(place)
  }
}

/** What the payer pays in all. */
function paidMicro({ feeComes }: MoneyFacts, totalMicro: bigint, feeMicro: bigint): bigint {
  return feeComes === 'on top' ? totalMicro + feeMicro : totalMicro
}

function moneyLinesOf(
  money: MoneyFacts,
  { event, match }: StateBodies['matched'],
  feeMicro: bigint,
  config: MarketplaceConfig,
): Line[] {
  const payer = money.payer === 'user' ? accounts.user(event.from) : accounts.liquidityPool
  const proceedsMicro = paidMicro(money, match.totalMicro, feeMicro) - feeMicro
  const fee = move('USDT', payer, accounts.fees, feeMicro)
  switch (money.payee) {
    case 'treasury':
      return [...move('USDT', payer, accounts.treasury, proceedsMicro), ...fee]
    case 'user':
      return [...move('USDT', payer, accounts.payable(event.from), proceedsMicro), ...fee]
    case 'sellers':
      return [...sellerLines(payer, match, config), ...fee]
    default:
      return unreachable(money.payee)
  }
}

/** Each seller gets what their fill comes to, less their share of the sellers' fee. */
function sellerLines(payer: string, { totalMicro, fills }: Match, { feeBasisPoints }: MarketplaceConfig): Line[] {
  const weights = fills.map((fill) => fill.totalMicro)
  const sellerFees = splitByLargestRemainder(feeOf(totalMicro, feeBasisPoints[sellerFee]), weights)
  return fills.flatMap((fill, index) => {
    const feeMicro = sellerFees[index] ?? 0n
    return [
      ...move('USDT', payer, accounts.payable(fill.seller), fill.totalMicro - feeMicro),
      ...move('USDT', payer, accounts.fees, feeMicro),
    ]
  })
}

/**
 * A proven payment enters: from the chain's account, or that of the custodian that holds it, to the payer's; or from suspense where it was
 * booked before it was claimed.
 */
export function paymentLines(claim: Claim): Line[] {
  const from = claim.bookedFrom === 'suspense' ? accounts.suspense(claim.chain) : holderOf(claim)
  return move('USDT', from, accountOfPayer(claim.payer), claim.amountMicro)
}

/** The ledger's name for a payment that was taken back because it vanished from its chain. */
export function reversalTransferId(claim: Pick<Claim, 'chain' | 'hash' | 'logIndex' | 'life'>): string {
  return paymentTransferId(claim).replace('payment:', 'reversal:')
}

/** What a payer has free and owes at the same time pays what is owed. */
export function nettingLines(payer: string, freeMicro: bigint, owedMicro: bigint): Line[] {
  const back = freeMicro < owedMicro ? freeMicro : owedMicro
  return back <= 0n ? [] : move('USDT', accountOfPayer(payer), accounts.receivable(payer), back)
}

/** The ledger's name for what an event's hold gave back, or a payment brought, and its payer owed. */
export function nettingTransferId(eventKeyOrPayment: string): string {
  return `netting:${eventKeyOrPayment}`
}

/**
 * A payment vanished from its chain: what is left of it goes back first, the rest is owed to us. The reversal is a new
 * transfer; the payment's own entries stay.
 */
export function reversalLines(claim: Claim, availableMicro: bigint): Line[] {
  const left = availableMicro < 0n ? 0n : availableMicro
  const back = left < claim.amountMicro ? left : claim.amountMicro
  return mergeLines([
    ...move('USDT', accountOfPayer(claim.payer), holderOf(claim), back),
    ...move('USDT', accounts.receivable(claim.payer), holderOf(claim), claim.amountMicro - back),
  ])
}

/** Where the money is. */
function holderOf({ chain, custody }: Claim): string {
  return custody === undefined ? accounts.world(chain) : accounts.custody(custody)
}

export function move(asset: Asset, from: string, to: string, amount: bigint): Line[] {
  return [
    { account: from, asset, amount: -amount },
    { account: to, asset, amount },
  ]
}
