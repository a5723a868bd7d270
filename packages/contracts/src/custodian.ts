import type { Outcome } from '@species/kernel'
import type { Chain } from './chains.ts'

/** Partners that take payments for us: what comes in is theirs to forward. */
export const custodians = ['nowpayments'] as const
export type Custodian = (typeof custodians)[number]

/** How a payment stands, as the custodian says. It is shown, and never decides about money. */
export const custodyStatuses = [
  'waiting',
  'confirming',
  'confirmed',
  'sending',
  'partially_paid',
  'finished',
  'failed',
  'refunded',
  'expired',
] as const
export type CustodyStatus = (typeof custodyStatuses)[number]

/** A payment in USDT that a custodian waits for. */
export interface CustodyPayment {
  /** Digits. */
  readonly paymentId: string
  readonly status: CustodyStatus
  /** What we called it: the quote that it is for. */
  readonly orderId: string | undefined
  /** The chain of its USDT; undefined where it is for anything else. */
  readonly chain: Chain | undefined
  readonly payAddress: string
  /** What is to be paid, in micro-USDT; undefined where it is no whole number of them. */
  readonly amountMicro: bigint | undefined
  /** Until when the custodian keeps the address for it, in Unix milliseconds; undefined where it does not say. */
  readonly validUntilMs: number | undefined
}

/**
 * Takes payments in USDT for us, one address each. Price and pay currency are the same USDT. Never throws for what a partner does; after
 * `unknown` a payment may have been made, of whose address nobody knows.
 */
export interface CustodianPort {
  readonly custodian: Custodian
  /** `no`: it is not made, as of an amount that is too small. `lane`: callers take turns. */
  create(
    request: { orderId: string; chain: Chain; amountMicro: bigint },
    lane: string,
  ): Promise<Outcome<CustodyPayment>>
  read(paymentId: string): Promise<Outcome<CustodyPayment>>
}

/** How events and answers name a payment of NOWPayments: `npmt_` and its number, or the number alone. */
export const custodyProof = /^(?:npmt_)?(\d{1,20})$/
