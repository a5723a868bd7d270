import type { Fill } from '@species/contracts'
import { type Refusal, type Result, assert, maxQuantity, ok, refuse } from '@species/kernel'
import { type Listing, type Place, byPriceAndTime } from './listing.ts'
import { type Means, tooLittle } from './means.ts'
import { Search, type Take, maxFills } from './search.ts'

export interface Order {
  readonly buyer: string
  readonly units: bigint
  /** Only from this listing; otherwise at the best price. */
  readonly listingId: string | undefined
  /** A user named as the counterparty: they must be the seller, or the buyer. */
  readonly named: string | undefined
  readonly maxUnitPriceMicro: bigint | undefined
  /** Take what there is, instead of all or nothing. */
  readonly immediateOrCancel: boolean
  readonly means: Means | undefined
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
  | 'insufficient_payment'
>
export type DelistRefusal = Refusal<'listing_not_found' | 'not_your_listing' | 'listing_gone' | 'nothing_to_delist'>

/**
 * The listings of one batch, in memory, while their book is locked. Orders are filled one after the other, so a batch gives
 * what its orders one by one would have given. It need not hold all: `knownUpTo` says how far it does, and whoever searches beyond
 * adds what is there first.
 */
export class Book {
  #listings: Map<string, Listing>
  readonly #hidden = new Set<string>()
  readonly #nowMs: number
  readonly #touched = new Set<string>()
  /** Every listing for sale up to this place is here; undefined: all of them are. */
  readonly knownUpTo: Place | undefined

  constructor(
    listings: readonly Listing[],
    options: { readonly nowMs: number; readonly knownUpTo?: Place | undefined },
  ) {
    this.#listings = inOrder(listings.map(copy))
    this.#nowMs = options.nowMs
    this.knownUpTo = options.knownUpTo
  }

  /** Adds listings that are not here yet; those that are may have been changed since they were read. */
  add(listings: readonly Listing[]): void {
    const fresh = listings.filter(({ listingId }) => !this.#listings.has(listingId))
    if (fresh.length > 0) this.#listings = inOrder([...this.#listings.values(), ...fresh.map(copy)])
  }

  /** Sellers that are known to be suspended. */
  get hidden(): ReadonlySet<string> {
    return this.#hidden
  }

  /** These sellers are suspended: no one buys from them. */
  hide(sellers: readonly string[]): void {
    for (const seller of sellers) this.#hidden.add(seller)
  }

  /** Offers a search the listings that the order may take at the best price, after one place and up to another. */
  searchOn(search: Search, order: Order, after: Place | undefined, upTo: Place | undefined): void {
    for (const listing of this.#listings.values()) {
      if (search.isDone || (upTo && byPriceAndTime(listing, upTo) > 0)) return
      if (order.maxUnitPriceMicro !== undefined && listing.unitPriceMicro > order.maxUnitPriceMicro) return
      if (after && byPriceAndTime(listing, after) <= 0) continue
      if (this.#isFor(order, listing)) search.offer(listing)
    }
  }

  /** What an order would take, or why it is refused; `search` where the book was searched for it before. Changes nothing. */
  find(order: Order, search = this.#search(order)): Result<readonly Take[], OrderRefusal> {
    if (order.listingId !== undefined) {
      const named = this.#named(order, order.listingId)
      if (!named.ok) return named
      search.offer(named.value)
    }
    if (order.means && search.isOver)
      return { ok: false, refusal: tooLittle(order.means, search.costMicro, search.isFilled) }
    if (search.found === 0n || (!search.isFilled && !order.immediateOrCancel)) return tooFew(order, search)
    if (search.costMicro > maxQuantity) return refuse('invalid_amount', 'The total is more than the ledger can hold.')
    return ok(search.takes)
  }

  /** Reserves what an order takes. */
  reserve(takes: readonly Take[]): Fill[] {
    return takes.map(({ listing, units }) => this.#take(listing, units))
  }

  /** Reserves units of a listing for a quote that was made of it. */
  take(listingId: string, units: bigint): Fill {
    return this.#take(this.#at(listingId), units)
  }

  /**
   * Reserves all free units of a seller's own listing for their way back. It is off the market once that has settled ({@link close}):
   * a delisting that is refused later, by the limits of its key or a halt, has changed nothing.
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
        'Every unit left is reserved for a buyer. If that purchase fails the units come back by themselves.',
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

  #search(order: Order): Search {
    const search = new Search(order)
    if (order.listingId === undefined) this.searchOn(search, order, undefined, this.knownUpTo)
    return search
  }

  #isFor(order: Order, listing: Listing): boolean {
    return (
      listing.status === 'open' &&
      !listing.withheld &&
      listing.expiresAtMs > this.#nowMs &&
      listing.seller !== order.buyer &&
      !this.#hidden.has(listing.seller)
    )
  }

  #named(order: Order, listingId: string): Result<Listing, OrderRefusal> {
    const listing = this.#listings.get(listingId)
    if (!listing || listing.status === 'pending')
      return refuse('listing_not_found', `There is no listing ${listingId}.`)
    if (listing.seller === order.buyer)
      return refuse('own_listing', 'The listing is your own. You cannot buy from yourself.')
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
    return ok(listing)
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

function copy(listing: Listing): Listing {
  return { ...listing }
}

function inOrder(listings: readonly Listing[]): Map<string, Listing> {
  return new Map([...listings].sort(byPriceAndTime).map((listing) => [listing.listingId, listing]))
}

function tooFew(order: Order, search: Search): { readonly ok: false; readonly refusal: OrderRefusal } {
  const ask = 'Ask for fewer, or with timeInForce IOC for what there is.'
  if (order.listingId !== undefined)
    return refuse('listing_too_small', `${order.units} units were asked for, ${search.found} are free. ${ask}`)
  const price = order.maxUnitPriceMicro === undefined ? '' : ' at this price'
  return refuse(
    'no_liquidity',
    search.isFull
      ? `One purchase takes from at most ${maxFills} listings. Those for it${price} hold ${search.found} units, and none left is much larger; ${order.units} were asked for. ${ask}`
      : `${order.units} units were asked for, ${search.found} are free${price}. ${ask}`,
  )
}
