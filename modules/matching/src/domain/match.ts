import type { EventRefusal, MarketplaceConfig, Match, StateBodies, UserStanding } from '@species/contracts'
import { intentFacts } from '@species/contracts/intents'
import { type Result, isReservedName, maxQuantity, ok, parseUsdt, refuse } from '@species/kernel'
import type { Book, Order } from './book.ts'
import type { Means } from './means.ts'
import type { Search } from './search.ts'

export type MatchRefusal = Pick<EventRefusal, 'code' | 'detail'>

export interface MatchRequest {
  readonly dossier: StateBodies['validated']
  readonly config: MarketplaceConfig
  readonly standings: ReadonlyMap<string, UserStanding>
  readonly nowMs: number
  /** `putProceeds.expiresAt` in Unix milliseconds. */
  readonly expiresAtMs: number | undefined
}

/** What changes from one decision of a batch to the next, besides the book. */
export interface Standing {
  /** Of a purchase at the best price: the search of the book for it. */
  readonly search?: Search | undefined
  /** Of a purchase: what its buyer can pay with. */
  readonly means?: Means | undefined
  /** Of a sale: how many listings its seller has that are not closed. */
  readonly openListings?: number
}

/** Fixes the price of an event and reserves what it takes from the book, or refuses and leaves the book as it was. */
export function matchEvent(book: Book, request: MatchRequest, standing: Standing = {}): Result<Match, MatchRefusal> {
  const { dossier, standings } = request
  const { event, intent } = dossier
  if (event.lapsed !== true && standings.get(event.from)?.status !== 'active')
    return refuse('user_suspended', `${event.from} is not active.`)
  const units = BigInt(event.amount ?? 0)
  const { book: doesToBook } = intentFacts[intent]
  switch (doesToBook) {
    case 'opens':
      return listing(request, units, standing.openListings ?? 0)
    case 'buys':
      return purchase(book, request, standing)
    case 'takes back':
      return takenBack(book, request)
    case 'untouched':
      return besideTheBook(request, units)
  }
}

function besideTheBook({ dossier, config, standings }: MatchRequest, units: bigint): Result<Match, MatchRefusal> {
  const { units: moves, price } = intentFacts[dossier.intent]
  if (moves.to === 'receiver') return transfer(dossier.event.to ?? '', units, standings)
  return price === undefined ? ok({ units, totalMicro: 0n, fills: [] }) : priced(units, config[price])
}

function takenBack(book: Book, { dossier: { event } }: MatchRequest): Result<Match, MatchRefusal> {
  const taken = book.delist(event.delist ?? '', event.from)
  if (!taken.ok) return taken
  const { listingId, seller, unitPriceMicro, expiresAtMs } = taken.value.listing
  return ok({
    units: taken.value.units,
    totalMicro: 0n,
    fills: [],
    listing: { listingId, seller, unitPriceMicro, expiresAtMs },
  })
}

function priced(units: bigint, unitPrice: string): Result<Match, MatchRefusal> {
  const price = parseUsdt(unitPrice)
  if (!price.ok) return price
  const totalMicro = price.value * units
  return totalMicro > maxQuantity
    ? refuse('invalid_amount', 'The total is more than the ledger can hold.')
    : ok({ units, totalMicro, fills: [] })
}

function transfer(
  to: string,
  units: bigint,
  standings: ReadonlyMap<string, UserStanding>,
): Result<Match, MatchRefusal> {
  const receiver = standings.get(to)
  if (!receiver) return refuse('unknown_party', `There is no user ${to}.`)
  if (receiver.status !== 'active') return refuse('user_suspended', `${to} is not active and can receive nothing.`)
  return ok({ units, totalMicro: 0n, fills: [] })
}

function listing(
  { dossier, config, nowMs, expiresAtMs: asked }: MatchRequest,
  units: bigint,
  openListings: number,
): Result<Match, MatchRefusal> {
  const { minUnits, maxOpenPerSeller } = config.listing
  if (units < BigInt(minUnits))
    return refuse('listing_below_minimum', `A listing has at least ${minUnits} units; this one would have ${units}.`)
  if (openListings >= maxOpenPerSeller)
    return refuse(
      'too_many_listings',
      `You have ${openListings} listings that are not closed, and one seller may have ${maxOpenPerSeller}. Take one off the market, or wait until one is sold or its time is over.`,
    )
  const price = parseUsdt(dossier.event.putProceeds?.unitPrice ?? config.treasuryPrice)
  if (!price.ok) return price
  if (price.value * units > maxQuantity) return refuse('invalid_amount', 'The total is more than the ledger can hold.')
  const acceptedMs = dossier.times.accepted ?? nowMs
  const expiresAtMs = asked ?? acceptedMs + config.listing.defaultLifeMs
  if (expiresAtMs <= nowMs) return refuse('listing_expired', 'putProceeds.expiresAt is in the past.')
  if (expiresAtMs > acceptedMs + config.listing.maxLifeMs)
    return refuse(
      'listing_expired',
      `putProceeds.expiresAt is more than ${config.listing.maxLifeMs / 86_400_000} days away.`,
    )
  return ok({
    units,
    totalMicro: 0n,
    fills: [],
    listing: {
      listingId: listingIdOf(dossier.eventKey),
      seller: dossier.event.from,
      unitPriceMicro: price.value,
      expiresAtMs,
    },
  })
}

/** The order that a purchase places, or why it is none. */
export function orderOf({ dossier: { event } }: MatchRequest, means: Means | undefined): Result<Order, MatchRefusal> {
  const bound = event.payWith?.maxUnitPrice === undefined ? undefined : parseUsdt(event.payWith.maxUnitPrice)
  if (bound && !bound.ok) return bound
  return ok({
    buyer: event.from,
    units: BigInt(event.amount ?? 0),
    listingId: event.listingId,
    named: event.to === undefined || isReservedName(event.to) ? undefined : event.to,
    maxUnitPriceMicro: bound?.value,
    immediateOrCancel: event.timeInForce === 'IOC',
    means,
  })
}

function purchase(book: Book, request: MatchRequest, { search, means }: Standing): Result<Match, MatchRefusal> {
  const order = orderOf(request, means)
  if (!order.ok) return order
  const found = book.find(order.value, search)
  if (!found.ok) return found
  const fills = book.reserve(found.value)
  const total = (of: 'units' | 'totalMicro'): bigint => fills.reduce((sum, fill) => sum + fill[of], 0n)
  return ok({ units: total('units'), totalMicro: total('totalMicro'), fills })
}

/** A listing is named after the event that opened it. */
export function listingIdOf(eventKey: string): string {
  return `lst_${eventKey.replaceAll('-', '')}`
}

/** The event that opened a listing. */
export function eventKeyOf(listingId: string): string {
  return listingId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
