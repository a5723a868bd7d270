import { type Refusal, feeOf, formatUsdt, paidInWords } from '@species/kernel'

/**
 * What a buyer has to pay a purchase with, as far as matching knows: advice, so that nothing is reserved for a buyer who cannot pay.
 * The cashier decides when it holds the money.
 */
export interface Means {
  readonly source: 'chain' | 'credit' | 'proceeds'
  /** The payment of the event, or the credit that neither a hold nor an earlier purchase needs; micro-units. */
  readonly freeMicro: bigint
  /** What more its transaction paid than the event carries; absent: nothing. */
  readonly restMicro?: bigint
  /** The fee that comes on top of the price. */
  readonly feeBasisPoints: number
}

/** What is due for so many micro-units with the fee. */
export function dueMicro(means: Pick<Means, 'feeBasisPoints'>, costMicro: bigint): bigint {
  return costMicro + feeOf(costMicro, means.feeBasisPoints)
}

export function canPay(means: Means, costMicro: bigint): boolean {
  return dueMicro(means, costMicro) <= means.freeMicro
}

/** Why a purchase is not reserved for its buyer. `isWhole`: the cost is that of the whole purchase, not of a part. */
export function tooLittle(means: Means, costMicro: bigint, isWhole: boolean): Refusal<'insufficient_payment'> {
  const due = `${isWhole ? '' : 'At least '}${formatUsdt(dueMicro(means, costMicro))} USDT are due with the fee`
  const free = formatUsdt(means.freeMicro < 0n ? 0n : means.freeMicro)
  return {
    code: 'insufficient_payment',
    detail:
      means.source === 'chain'
        ? `${due}, ${paidInWords(means.freeMicro, means.restMicro)}. They are kept as your credit: pay from it, or pay enough in one transaction.`
        : `${due}, ${free} of your credit${means.source === 'proceeds' ? ' and proceeds' : ''} are free. What your other purchases need cannot pay twice.`,
  }
}
