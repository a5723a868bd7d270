import type { ChainTransaction, ChainTransfer, WalletOwner } from '@species/contracts'
import { usdtOf } from '@species/contracts/chains'
import { type ChainRules, clockToleranceMs } from './chain-rules.ts'
import { comparable, placeOf, toMicro } from '@species/contracts/transfers'

/** Payments of a transaction that are this payer's and may be claimed. */
interface Claimable {
  readonly transfer: ChainTransfer
  readonly amountMicro: bigint
  /** Its place among those alike of the transaction, from 0. */
  readonly nth: number
}

export const paymentRefusals = [
  'chain_disabled',
  'failed_transaction',
  'no_transfer',
  'wrong_token',
  'wrong_recipient',
  'too_little',
  'not_bound',
  'payment_before_wallet',
  'already_claimed',
  // Of an operator's claim only, which can be sent again with what it lacks.
  'invalid_request',
] as const
type PaymentRefusal = (typeof paymentRefusals)[number]

export type Judgement =
  | { readonly kind: 'pays'; readonly claimable: readonly Claimable[] }
  | { readonly kind: 'no'; readonly code: PaymentRefusal; readonly detail: string }
  | { readonly kind: 'wait'; readonly reason: string }
  /** An operator decides: the money is real and final, and may not be ours alone. */
  | { readonly kind: 'review'; readonly reason: string; readonly facts: Readonly<Record<string, string>> }

export interface PaymentQuestion {
  readonly transaction: ChainTransaction
  readonly rules: ChainRules
  readonly payer: string
  /** Only this log, where the payer named one. */
  readonly logIndex: number | undefined
  /** Proven owners of the addresses that sent, by comparable address. */
  readonly walletOwners: ReadonlyMap<string, WalletOwner>
  /** An operator vouches for who paid: no wallet of the payer's is asked for, but one that another has proven speaks against it. */
  readonly vouched: boolean
  /** The address is its payer's alone, whoever sends. */
  readonly byAddress?: boolean
  /** An operator has decided that money on a compromised address counts. */
  readonly approved: boolean
}

/**
 * Judges a transaction as a payment. The order of the questions is the order of what a payer can mend: a definite no is final
 * and comes before waiting, so that no payer waits for confirmations of something that will never pay.
 */
export function judgePayment(question: PaymentQuestion): Judgement {
  const { transaction, rules, logIndex } = question
  if (!transaction.succeeded) return no('failed_transaction', 'The transaction failed on its chain: no money moved.')
  const named = transaction.transfers.filter((transfer) => logIndex === undefined || transfer.logIndex === logIndex)
  if (named.length === 0)
    return no(
      'no_transfer',
      logIndex === undefined
        ? 'The transaction has no token transfer in its logs.'
        : `The transaction has no token transfer at log ${logIndex}.`,
    )
  const usdt = usdtOf(transaction.chain).address
  const genuine = named.filter((transfer) => comparable(transaction.chain, transfer.tokenAddress) === usdt)
  if (genuine.length === 0)
    return no('wrong_token', `Only USDT of ${usdt} counts on ${transaction.chain}; whatever a token calls itself.`)
  const toUs = genuine.filter((transfer) => rules.everOurs.has(comparable(transaction.chain, transfer.toAddress)))
  if (toUs.length === 0)
    return no(
      'wrong_recipient',
      'The money went to an address that is not the marketplace’s. Compare every character: look-alikes are common.',
    )
  const worth = toUs
    .map((transfer) => ({
      transfer,
      amountMicro: toMicro(transaction.chain, transfer.rawValue),
      nth: placeOf(transaction, transfer),
    }))
    .filter((one) => one.amountMicro > 0n)
  if (worth.length === 0) return no('too_little', 'The transfer is worth less than a millionth of a USDT.')
  const bound = bindToPayer(question, worth)
  if (!Array.isArray(bound)) return bound
  if (transaction.confirmations < rules.confirmations)
    return { kind: 'wait', reason: `confirmations: ${transaction.confirmations} of ${rules.confirmations}` }
  return judgeFinal(question, bound)
}

/** What depends on the time of the block is asked last: until it is final the payment can be mined again at another time. */
function judgeFinal({ transaction, rules, vouched, approved }: PaymentQuestion, bound: Claimable[]): Judgement {
  const recipient = ({ transfer }: Claimable): string => comparable(transaction.chain, transfer.toAddress)
  const denied = bound.filter(({ transfer }) => rules.denied.has(comparable(transaction.chain, transfer.fromAddress)))
  if (denied.length > 0) return fromDenied(transaction, denied, vouched)
  const exposed = bound.filter((one) => rules.compromised.has(recipient(one)))
  if (exposed.length > 0 || !rules.isKnown) {
    if (vouched || approved) return { kind: 'pays', claimable: bound }
    return {
      kind: 'review',
      reason:
        exposed.length > 0
          ? 'The payment went to an address whose keys others may have.'
          : 'The payment was mined under a version of the configuration that cannot be read: whether the chain and the address were in use is unknown.',
      facts: {
        transaction: `${transaction.chain} ${transaction.hash}`,
        addresses: [...new Set((exposed.length > 0 ? exposed : bound).map(recipient))].join(', '),
        amountMicro: bound.reduce((sum, one) => sum + one.amountMicro, 0n).toString(),
      },
    }
  }
  if (!rules.isOpen)
    return no('chain_disabled', `Payments on ${transaction.chain} were not taken when this one was mined.`)
  const inTime = bound.filter((one) => rules.ours.has(recipient(one)))
  if (inTime.length === 0)
    return no('wrong_recipient', 'The address was not in use by the marketplace when the payment was mined.')
  return { kind: 'pays', claimable: inTime }
}

/** Not even an operator credits it: while the sender is on the list it stays in review, or in suspense. */
function fromDenied({ chain, hash }: ChainTransaction, denied: readonly Claimable[], vouched: boolean): Judgement {
  const senders = [...new Set(denied.map(({ transfer }) => comparable(chain, transfer.fromAddress)))].join(', ')
  if (vouched) return no('invalid_request', `${senders} is on the deny list: its money is credited to no one.`)
  return {
    kind: 'review',
    reason: 'The payment came from an address on the deny list.',
    facts: { transaction: `${chain} ${hash}`, addresses: senders },
  }
}

/** A payment counts only if it was sent from a wallet that this payer had proven to be his before. */
function bindToPayer(question: PaymentQuestion, worth: Claimable[]): Claimable[] | Extract<Judgement, { kind: 'no' }> {
  if (question.vouched) return vouchedFor(question, worth)
  if (question.byAddress === true) return worth
  const { transaction, payer, walletOwners } = question
  const own = worth.filter(
    (one) => walletOwners.get(comparable(transaction.chain, one.transfer.fromAddress))?.onliId === payer,
  )
  if (own.length === 0)
    return no(
      'not_bound',
      `The money was not sent from a wallet that ${payer} has proven. Prove the wallet before you pay from it.`,
    )
  const after = own.filter(
    (one) =>
      (walletOwners.get(comparable(transaction.chain, one.transfer.fromAddress))?.provenAtMs ?? Infinity) <=
      transaction.blockTimeMs + clockToleranceMs,
  )
  if (after.length === 0)
    return no(
      'payment_before_wallet',
      'The payment is older than the proof that the wallet is yours. An operator can credit it to you.',
    )
  return after
}

/**
 * An operator's word is for one payer. Bundlers put transfers of many strangers into one transaction, exchanges those of many
 * customers, so the word must say which; and what came from a wallet that another had proven by then is that other's, whatever
 * anybody says.
 */
function vouchedFor(question: PaymentQuestion, worth: Claimable[]): Claimable[] | Extract<Judgement, { kind: 'no' }> {
  const { chain, blockTimeMs } = question.transaction
  const sender = (one: Claimable): string => comparable(chain, one.transfer.fromAddress)
  if (worth.length > 1) {
    const each = worth.map((one) => `${one.transfer.logIndex} (from ${sender(one)})`).join(', ')
    return no(
      'invalid_request',
      `Several transfers of this transaction paid, at the log indexes ${each}. Claim each by itself: name its \`logIndex\`.`,
    )
  }
  for (const one of worth) {
    const owner = question.walletOwners.get(sender(one))
    if (owner && owner.onliId !== question.payer && owner.provenAtMs <= blockTimeMs + clockToleranceMs)
      return no(
        'not_bound',
        `The transfer at log index ${one.transfer.logIndex} came from a wallet that ${owner.onliId} had proven: it is his payment.`,
      )
  }
  return worth
}

function no(code: PaymentRefusal, detail: string): Extract<Judgement, { kind: 'no' }> {
  return { kind: 'no', code, detail }
}
