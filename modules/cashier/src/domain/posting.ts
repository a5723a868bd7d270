import type { Claim, Line, MarketplaceConfig, StateBodies } from '@species/contracts'
import { type Asset, assert, feeOf, paymentTransferId, splitByLargestRemainder, unreachable } from '@species/kernel'
import { accountOfPayer, accounts } from './account.ts'
import { mergeLines } from './ledger-book.ts'

/** What an event will post when it settles, and what the buyer pays for it. */
export interface Posting {
  readonly lines: Line[]
  readonly feeMicro: bigint
  readonly feePerFillMicro: bigint[]
  /** USDT that the payment or credit of the event must cover; zero where the event takes none. */
  readonly dueMicro: bigint
}

/** The posting table of docs/ARCHITECTURE.md, 'The ledger'. Fees are floored once per event and split over fills by largest remainder. */
export function postingOf(dossier: StateBodies['matched'], config: MarketplaceConfig): Posting {
  const { intent, match, event } = dossier
  const user = accounts.user(event.from)
  const basisPoints = config.feeBasisPoints
  switch (intent) {
    case 'BUY_TREASURY': {
      const feeMicro = feeOf(match.totalMicro, basisPoints.buyTreasury)
      const lines = [
        ...move('USDT', user, accounts.treasury, match.totalMicro),
        ...move('USDT', user, accounts.fees, feeMicro),
        ...move('SPECIES', accounts.supply, user, match.units),
      ]
      return posting(lines, feeMicro, [], match.totalMicro + feeMicro)
    }
    case 'BUY_MARKET': {
      const weights = match.fills.map((fill) => fill.totalMicro)
      const feeMicro = feeOf(match.totalMicro, basisPoints.buyMarket)
      const sellerFees = splitByLargestRemainder(feeOf(match.totalMicro, basisPoints.sell), weights)
      const lines = match.fills.flatMap((fill, index) => {
        const sellerFee = sellerFees[index] ?? 0n
        return [
          ...move('USDT', user, accounts.payable(fill.seller), fill.totalMicro - sellerFee),
          ...move('USDT', user, accounts.fees, sellerFee),
        ]
      })
      lines.push(...move('USDT', user, accounts.fees, feeMicro), ...move('SPECIES', accounts.escrow, user, match.units))
      return posting(lines, feeMicro, splitByLargestRemainder(feeMicro, weights), match.totalMicro + feeMicro)
    }
    case 'SELL_MARKET':
      return posting(move('SPECIES', user, accounts.escrow, match.units), 0n, [], 0n)
    case 'DELIST':
      return posting(move('SPECIES', accounts.escrow, user, match.units), 0n, [], 0n)
    case 'TRANSFER': {
      assert(event.to !== undefined, 'a transfer names its receiver')
      return posting(move('SPECIES', user, accounts.user(event.to), match.units), 0n, [], 0n)
    }
    case 'REDEEM': {
      const feeMicro = feeOf(match.totalMicro, basisPoints.redeem)
      // The user's side first: who lacks units is told so, whatever the pool could pay.
      const lines = [
        ...move('SPECIES', user, accounts.liquidityPool, match.units),
        ...move('USDT', accounts.liquidityPool, accounts.payable(event.from), match.totalMicro - feeMicro),
        ...move('USDT', accounts.liquidityPool, accounts.fees, feeMicro),
      ]
      return posting(lines, feeMicro, [], 0n)
    }
    default:
      return unreachable(intent)
  }
}

/** A proven payment enters: from the chain's account to the payer's. */
export function paymentLines(claim: Claim): Line[] {
  return move('USDT', accounts.world(claim.chain), accountOfPayer(claim.payer), claim.amountMicro)
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
    ...move('USDT', accountOfPayer(claim.payer), accounts.world(claim.chain), back),
    ...move('USDT', accounts.receivable(claim.payer), accounts.world(claim.chain), claim.amountMicro - back),
  ])
}

export function move(asset: Asset, from: string, to: string, amount: bigint): Line[] {
  return [
    { account: from, asset, amount: -amount },
    { account: to, asset, amount },
  ]
}

function posting(lines: Line[], feeMicro: bigint, feePerFillMicro: bigint[], dueMicro: bigint): Posting {
  return { lines: mergeLines(lines), feeMicro, feePerFillMicro, dueMicro }
}
