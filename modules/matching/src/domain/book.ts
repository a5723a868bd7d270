import type { Fill } from '@species/contracts'
import { type Refusal, type Result, assert, maxQuantity, ok, refuse } from '@species/kernel'

/** How many listings one purchase takes from at most: it bounds the receipt and every message of the event. */
export const maxFills = 100

/** A listing as a decision sees it. */
export interface Listing {
  readonly listingId: string
  readonly seller: string
  readonly unitPriceMicro: bigint
  readonly unitsTotal: bigint
  unitsAvailable: bigint
  unitsReserved: bigint
  status: 'pending' | 'open' | 'closing' | 'closed'
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface Order {
  readonly buyer: string
  readonly units: bigint
  /** Only from this listing; otherwise at the best price. */
  readonly listingId: string | undefined
  /** A user named as the counterparty: he must be the seller, or the buyer himself. */
  readonly named: string | undefined
  readonly maxUnitPriceMicro: bigint | undefined
  /** Take what there is, instead of all or nothing. */
  readonly immediateOrCancel: boolean
}

export type OrderRefusal = Refusal<
  | 'listing_not_found'
  | 'listing_gone'
  | 'listing_expired'
  | 'listing_too_small'
  | 'own_listing'
  | 'no_liquidity'
  | 'ambiguous_event'
  | 'invalid_amount'
>
export type DelistRefusal = Refusal<'listing_not_found' | 'not_your_listing' | 'listing_gone' | 'nothing_to_delist'>

/**
 * The listings of one batch, in memory, while their book is locked. Orders are filled one after the other, so a batch gives
 * what its orders one by one would have given.
 */
export class Book {
  readonly #listings: Map<string, Listing>
  readonly #hidden: ReadonlySet<string>
  readonly #nowMs: number
  readonly #touched = new Set<string>()

  /** `hidden` sellers are suspended: nobody buys from them. */
  constructor(listings: readonly Listing[], options: { readonly hidden: ReadonlySet<string>; readonly nowMs: number }) {
    this.#listings = new Map([...listings].sort(byPriceAndTime).map((listing) => [listing.listingId, { ...listing }]))
    this.#hidden = options.hidden
    this.#nowMs = options.nowMs
  }

  /** Fills an order and reserves what it takes, or refuses and leaves the book as it was. */
  fill(order: Order): Result<Fill[], OrderRefusal> {
    const from = order.listingId === undefined ? ok(this.#open(order)) : this.#named(order, order.listingId)
    if (!from.ok) return from
    const takes: { listing: Listing; units: bigint }[] = []
    let missing = order.units
    for (const listing of from.value) {
      if (missing === 0n || takes.length === maxFills) break
      const units = listing.unitsAvailable < missing ? listing.unitsAvailable : missing
      if (units > 0n) takes.push({ listing, units })
      missing -= units
    }
    if (takes.length === 0 || (missing > 0n && !order.immediateOrCancel)) return tooFew(order, order.units - missing)
    if (takes.reduce((sum, take) => sum + take.units * take.listing.unitPriceMicro, 0n) > maxQuantity)
      return refuse('invalid_amount', 'The total is more than the ledger can hold.')
    return ok(takes.map(({ listing, units }) => this.#take(listing, units)))
  }

  /**
   * Reserves all free units of a seller's own listing for their way back. It is off the market once that has settled ({@link close}):
   * whoever is refused later, by his key's limits or a halt, has changed nothing.
   */
  delist(listingId: string, seller: string): Result<{ listing: Listing; units: bigint }, DelistRefusal> {
    const listing = this.#listings.get(listingId)
    if (!listing) return refuse('listing_not_found', `There is no listing ${listingId}.`)
    if (listing.seller !== seller) return refuse('not_your_listing', 'Only its seller takes a listing off the market.')
    if (listing.status === 'closed' || listing.status === 'pending')
      return refuse('listing_gone', 'The listing is not on the market.')
    const units = listing.unitsAvailable
    if (units === 0n)
      return refuse(
        'nothing_to_delist',
        'Every unit left is reserved for a buyer. If his purchase fails the units come back by themselves.',
      )
    this.#take(listing, units)
    return ok({ listing, units })
  }

  /** A purchase or delisting has settled: what was reserved for it is gone. */
  consume(listingId: string, units: bigint): void {
    const listing = this.#at(listingId)
    listing.unitsReserved -= units
    assert(listing.unitsReserved >= 0n, 'nothing is consumed twice')
    this.#closeIfEmpty(listing)
  }

  /** Its delisting has settled: what comes back to it goes to its seller. */
  close(listingId: string): void {
    const listing = this.#at(listingId)
    if (listing.status === 'open') listing.status = 'closing'
    this.#closeIfEmpty(listing)
  }

  /** A purchase or delisting has failed: what was reserved for it is free again. */
  giveBack(listingId: string, units: bigint): void {
    const listing = this.#at(listingId)
    listing.unitsReserved -= units
    assert(listing.unitsReserved >= 0n, 'nothing is given back twice')
    listing.unitsAvailable += units
    this.#touched.add(listingId)
  }

  /** The escrow delivery of a sale has settled. */
  open(listingId: string): void {
    const listing = this.#at(listingId)
    if (listing.status !== 'pending') return
    listing.status = 'open'
    listing.unitsAvailable = listing.unitsTotal
    this.#touched.add(listingId)
  }

  /** The same before the message that says so is here; listings that are not part of this book stay as they are. */
  openEarly(listingId: string): void {
    if (this.#listings.has(listingId)) this.open(listingId)
  }

  /** A sale failed before its units came. */
  abandon(listingId: string): void {
    const listing = this.#listings.get(listingId)
    if (listing?.status !== 'pending') return
    listing.status = 'closed'
    this.#touched.add(listingId)
  }

  changed(): Listing[] {
    return [...this.#touched].flatMap((listingId) => this.#listings.get(listingId) ?? [])
  }

  #open(order: Order): Listing[] {
    return [...this.#listings.values()].filter(
      (listing) =>
        listing.status === 'open' &&
        listing.expiresAtMs > this.#nowMs &&
        listing.seller !== order.buyer &&
        !this.#hidden.has(listing.seller) &&
        (order.maxUnitPriceMicro === undefined || listing.unitPriceMicro <= order.maxUnitPriceMicro),
    )
  }

  #named(order: Order, listingId: string): Result<Listing[], OrderRefusal> {
    const listing = this.#listings.get(listingId)
    if (!listing || listing.status === 'pending')
      return refuse('listing_not_found', `There is no listing ${listingId}.`)
    if (listing.seller === order.buyer)
      return refuse('own_listing', 'The listing is your own: nobody buys from himself.')
    if (order.named !== undefined && order.named !== listing.seller && order.named !== order.buyer) {
      return refuse(
        'ambiguous_event',
        `The event names ${order.named}, but the listing is ${listing.seller}'s. Leave \`to\` out to buy for yourself.`,
      )
    }
    if (listing.status !== 'open' || this.#hidden.has(listing.seller))
      return refuse('listing_gone', 'The listing is no longer open.')
    if (listing.expiresAtMs <= this.#nowMs) return refuse('listing_expired', 'The time of the listing is over.')
    if (listing.unitsAvailable === 0n) return refuse('listing_gone', 'All units of the listing are sold or reserved.')
    if (order.maxUnitPriceMicro !== undefined && listing.unitPriceMicro > order.maxUnitPriceMicro)
      return refuse('no_liquidity', 'The listing costs more than you allow.')
    return ok([listing])
  }

  #take(listing: Listing, units: bigint): Fill {
    listing.unitsAvailable -= units
    listing.unitsReserved += units
    assert(listing.unitsAvailable >= 0n, 'nothing is oversold')
    this.#touched.add(listing.listingId)
    const { listingId, seller, unitPriceMicro } = listing
    return { listingId, seller, units, unitPriceMicro, totalMicro: units * unitPriceMicro }
  }

  #closeIfEmpty(listing: Listing): void {
    if (listing.unitsAvailable === 0n && listing.unitsReserved === 0n) listing.status = 'closed'
    this.#touched.add(listing.listingId)
  }

  #at(listingId: string): Listing {
    const listing = this.#listings.get(listingId)
    assert(listing !== undefined, `${listingId} is loaded`)
    return listing
  }
}

function tooFew(order: Order, found: bigint): { readonly ok: false; readonly refusal: OrderRefusal } {
  const figures = `${order.units} units were asked for, ${found} are free`
  return order.listingId === undefined
    ? refuse(
        'no_liquidity',
        `${figures}${order.maxUnitPriceMicro === undefined ? '' : ' at this price'} in the first ${maxFills} listings. Ask for fewer, or with timeInForce IOC for what there is.`,
      )
    : refuse('listing_too_small', `${figures}. Ask for fewer, or with timeInForce IOC for what there is.`)
}

/** Price, then time, then id: the order in which listings are taken. */
export function byPriceAndTime(a: Listing, b: Listing): number {
  if (a.unitPriceMicro !== b.unitPriceMicro) return a.unitPriceMicro < b.unitPriceMicro ? -1 : 1
  if (a.createdAtMs !== b.createdAtMs) return a.createdAtMs - b.createdAtMs
  return a.listingId < b.listingId ? -1 : 1
}
