import type { Result } from '@species/kernel'
import type { Chain } from './chains.ts'
import type { MarketplaceConfig } from './config.ts'
import type { ErrorCode } from './errors.ts'
import type { ProvenTransfer } from './claims.ts'
import type { Dossier, Match, StateBodies } from './messages.ts'

type RefusedWith = { readonly code: ErrorCode; readonly detail: string }

/** A purchase whose price is to be fixed: the event as it would come to matching. Its key is that of the quote. */
export interface HoldRequest {
  readonly dossier: StateBodies['validated']
  readonly config: MarketplaceConfig
}

/**
 * Units that matching reserves for quotes, in the caller's transaction, until an event that cites the quote takes them. Matching
 * gives back by itself what is held for an event that has ended.
 */
export interface UnitHolds {
  /**
   * Fixes the price of a purchase and reserves its units. All unpaid quotes hold at most a configured share of the units for sale and
   * half of any listing; an owner who has a quote already, a hundredth of that share.
   */
  hold(request: HoldRequest): Promise<Result<Match, RefusedWith>>
  /** The units are for this event alone. */
  bind(quoteKey: string, eventKey: string): Promise<void>
  /** Gives the units of these quotes back, unless an event has them. */
  release(quoteKeys: readonly string[]): Promise<void>
}

/** What an event needs to know of the quote that it cites. */
export interface QuoteTerms {
  readonly quoteKey: string
  readonly owner: string
  /** The configuration version that gives its price and fees. */
  readonly configVersion: number
  readonly chain: Chain
  readonly match: Match
}

/** What came in for a quote, as far as is known. */
export type QuotePayment = { readonly chain: Chain } &
  /** `none`: nothing yet; it is looked for until the quote is over. `over`: nothing came in time, or what came became credit. */
  (
    | { readonly kind: 'none' }
    | { readonly kind: 'over' }
    | {
        readonly kind: 'seen'
        readonly transfer: ProvenTransfer
        /** Where the money had to go: this address alone counts for the quote. */
        readonly address: string
        /** At a shared address the sender must be a wallet that the owner has proven. */
        readonly isShared: boolean
        /** Until when it had to be mined to have the price of the quote; Unix milliseconds. */
        readonly untilMs: number
      }
  )

/** Quotes for the modules that an event which cites one passes, over their transaction. */
export interface QuotesPort {
  /** A quote of this owner. */
  terms(quoteId: string, owner: string): Promise<QuoteTerms | undefined>
  /**
   * Binds a quote to an event that cites it, for ever. The same event may cite it again. Refused where the event is not the purchase that
   * was quoted, and where the quote is another event's or has ended.
   */
  cite(event: Pick<Dossier, 'eventKey' | 'owner' | 'event'>): Promise<Result<QuoteTerms, RefusedWith>>
  /** The quote of this owner for which a custodian takes this payment. */
  paidThrough(paymentId: string, owner: string): Promise<string | undefined>
  payment(quoteId: string): Promise<QuotePayment>
  /** The payment of the event that cites it is claimed, or never will be. */
  end(quoteId: string, isPaid: boolean): Promise<void>
}
