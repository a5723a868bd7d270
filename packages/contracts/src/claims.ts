import type { Chain } from './chains.ts'
import type { Custodian } from './custodian.ts'
import type { Claim } from './messages.ts'

/**
 * What names a transfer for ever (docs/decisions/0029): where it stands in its block may change, this does not. The token is always
 * the chain's genuine USDT.
 */
export interface TransferName {
  readonly chain: Chain
  readonly hash: string
  readonly fromAddress: string
  readonly toAddress: string
  /** Base units as the chain has them. */
  readonly rawValue: bigint
  /** Its place among the equal transfers of its transaction, from 0. */
  readonly nth: number
}

/** A transfer as a chain showed it: its name, and where it stands now. */
export interface ProvenTransfer extends TransferName {
  readonly logIndex: number
  readonly amountMicro: bigint
  readonly blockNumber: number
  readonly blockTimeMs: number
}

/** Claims that make the money their payer's: the cashier credits it as a payment of `eventKey`. `ref` names the quote or assignment. */
export interface CreditHolder {
  readonly kind: 'event' | 'quote' | 'assignment'
  readonly ref: string
  readonly eventKey: string
  readonly payer: string
}

/**
 * Claims that credit no user. `suspense`: incoming money that nothing explains, which any later claim of another kind takes over;
 * `refund` and `kept`: what an operator decided of it; `payout`: a transfer that proves money out.
 */
export interface OtherHolder {
  readonly kind: 'payout' | 'suspense' | 'refund' | 'kept'
  readonly ref: string
}

export type ClaimHolder = CreditHolder | OtherHolder

export interface ClaimNote {
  readonly nowMs: number
  readonly trace: string
  /** Why an operator claims it. */
  readonly reason?: string
}

export type ClaimResult =
  /** `claim` where the holder is credited: publish `payment.claimed` with it after the commit; until then a job repeats it. */
  | { readonly kind: 'claimed'; readonly wasSuspense: boolean; readonly claim?: Claim }
  | { readonly kind: 'taken'; readonly by: ClaimHolder }
  /** Nothing on a halted chain is claimed: ask again later. */
  | { readonly kind: 'halted' }

/**
 * The one table of claimed transfers, for money in and money out, over the caller's transaction. A transfer is claimed once, for
 * ever, unless it vanishes from its chain. Throws a retryable Fault where two processes claim at the same moment.
 */
export interface ClaimsPort {
  /** Claims a transfer. The same holder may ask again and gets the same answer. */
  claim(transfer: ProvenTransfer, holder: ClaimHolder, note: ClaimNote): Promise<ClaimResult>
  /** Who holds each of these transfers, in their order; undefined where none does. */
  holders(transfers: readonly TransferName[]): Promise<(ClaimHolder | undefined)[]>
  /**
   * A transfer whose claim credits no user is no longer on its chain: its claim ends, and what the chain shows can be claimed anew.
   * Answers whether there was such a claim. The validator follows claims that credit a user by itself.
   */
  endVanished(transfer: TransferName, nowMs: number): Promise<boolean>
  /**
   * From now on, and for ever, what comes in at an address is money that a custodian holds for us. False, and nothing is kept, where the
   * address is a custodian's already.
   */
  keepCustody(chain: Chain, address: string, custodian: Custodian): Promise<boolean>
  /** Who holds what comes in at an address; undefined: we do. */
  custodianOf(chain: Chain, address: string): Promise<Custodian | undefined>
}
