/**
 * What an event can mean, as facts: matching, posting, delivery, limits, preview and receipt are derived from this table. Nothing here
 * needs anything else, so that a domain may read it. To add an intent, see docs/how-to/add-an-intent.md.
 */

/** Fees that are configured, in basis points. A configuration without a later one takes none. */
export interface FeeFacts {
  readonly since: 'always' | 'later'
}

export const feeFacts = {
  buyTreasury: { since: 'always' },
  buyMarket: { since: 'always' },
  sell: { since: 'always' },
  redeem: { since: 'always' },
} as const satisfies Record<string, FeeFacts>
export type Fee = keyof typeof feeFacts

/** `user` is the one that the event is from, `receiver` the one that it is to. Supply is where new units come from. */
export type UnitsFrom = 'supply' | 'user' | 'escrow'
export type UnitsTo = 'user' | 'escrow' | 'pool' | 'receiver'

/** How money moves when an event settles. */
export interface MoneyFacts {
  /** Whose USDT is held: the user's payment, or the money of the liquidity pool. */
  readonly payer: 'user' | 'pool'
  readonly payee: 'treasury' | 'sellers' | 'user'
  readonly fee: Fee
  /** The payer pays the fee on top of the total, or the payee gets the total less the fee. */
  readonly feeComes: 'on top' | 'off the proceeds'
}

export interface IntentFacts {
  /** Where the units are before and after, in the ledger and at Onli Cloud. */
  readonly units: { readonly from: UnitsFrom; readonly to: UnitsTo }
  readonly money?: MoneyFacts
  /** The configured price of a unit; none where the book has the price, or no money moves. */
  readonly price?: 'treasuryPrice' | 'redeemPrice'
  /** What it does to the book: it opens a listing, buys from listings, or takes units of a listing back. */
  readonly book: 'opens' | 'buys' | 'takes back' | 'untouched'
  /** What the user is called on the receipt. Sellers and the receiver have their roles from `money` and `units`. */
  readonly role: 'buyer' | 'seller' | 'sender' | 'redeemer' | 'owner'
}

/** The fee that sellers pay off their proceeds, whatever intent buys from them; a listing's preview names it. */
export const sellerFee: Fee = 'sell'

const facts = {
  BUY_TREASURY: {
    units: { from: 'supply', to: 'user' },
    money: { payer: 'user', payee: 'treasury', fee: 'buyTreasury', feeComes: 'on top' },
    price: 'treasuryPrice',
    book: 'untouched',
    role: 'buyer',
  },
  BUY_MARKET: {
    units: { from: 'escrow', to: 'user' },
    money: { payer: 'user', payee: 'sellers', fee: 'buyMarket', feeComes: 'on top' },
    book: 'buys',
    role: 'buyer',
  },
  SELL_MARKET: {
    units: { from: 'user', to: 'escrow' },
    book: 'opens',
    role: 'seller',
  },
  TRANSFER: {
    units: { from: 'user', to: 'receiver' },
    book: 'untouched',
    role: 'sender',
  },
  REDEEM: {
    units: { from: 'user', to: 'pool' },
    money: { payer: 'pool', payee: 'user', fee: 'redeem', feeComes: 'off the proceeds' },
    price: 'redeemPrice',
    book: 'untouched',
    role: 'redeemer',
  },
  DELIST: {
    units: { from: 'escrow', to: 'user' },
    book: 'takes back',
    role: 'owner',
  },
} as const satisfies Record<string, IntentFacts>

export type Intent = keyof typeof facts
export const intentFacts: Readonly<Record<Intent, IntentFacts>> = facts

/** All of them, in the order of the table. */
export const intents = Object.keys(facts) as [Intent, ...Intent[]]

/** What an event of this intent does to the book. */
export function bookOf(intent: Intent): IntentFacts['book'] {
  return intentFacts[intent].book
}
