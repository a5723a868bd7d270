import type { Result } from '@species/kernel'
import type { AccessRefusal, Principal } from './access.ts'
import type { Chain } from './chains.ts'
import type { Action } from './confirm.ts'

/** Where an event wants its proceeds sent (`putProceeds.usdtAddress` and `putProceeds.chain`). The address as it was written. */
export interface ProceedsAsked {
  readonly owner: string
  readonly eventId: string
  readonly chain: Chain
  readonly address: string
}

/** Proceeds that are paid out by themselves. Payouts implements it. */
export interface ProceedsPort {
  /** Whether proceeds can go there as things stand: for a preview. */
  check(asked: ProceedsAsked): Promise<Result<true, AccessRefusal>>
  /**
   * Lets the proceeds of an event go there, if a person has confirmed the request, or the key is limited to such addresses. To be
   * called before the event is accepted; what is allowed for an event that is not accepted changes nothing.
   */
  allow(
    principal: Principal,
    asked: ProceedsAsked,
    confirmed: { readonly action: Action; readonly confirmation: string | null },
  ): Promise<Result<true, AccessRefusal>>
}

/** An accepted event that names where its proceeds go. */
export interface ProceedsEvent extends ProceedsAsked {
  readonly eventKey: string
}

/** What a settled purchase paid for one listing, before the seller's fee. */
export interface SoldFill {
  /** The purchase. */
  readonly eventKey: string
  /** The event that opened the listing. */
  readonly openedBy: string
  readonly seller: string
  readonly totalMicro: bigint
}

/** Money that came into an account. */
export interface AccountCredit {
  readonly seq: bigint
  readonly eventKey: string | undefined
  readonly kind: string
  readonly amountMicro: bigint
}
