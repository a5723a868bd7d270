import type { EventRefusal, MarketplaceConfig, Match, StateBodies, UserStanding } from '@species/contracts'
import { type Result, isReservedName, maxQuantity, ok, parseUsdt, refuse, unreachable } from '@species/kernel'
import type { Book } from './book.ts'

export type MatchRefusal = Pick<EventRefusal, 'code' | 'detail'>

export interface MatchRequest {
  readonly dossier: StateBodies['validated']
  readonly config: MarketplaceConfig
  readonly standings: ReadonlyMap<string, UserStanding>
  readonly nowMs: number
  /** `putProceeds.expiresAt` in Unix milliseconds. */
  readonly expiresAtMs: number | undefined
}

/** Fixes the price of an event and reserves what it takes from the book, or refuses and leaves the book as it was. */
export function matchEvent(book: Book, request: MatchRequest): Result<Match, MatchRefusal> {
  const { dossier, config, standings } = request
  const { event, intent } = dossier
  if (event.lapsed !== true && standings.get(event.from)?.status !== 'active')
    return refuse('user_suspended', `${event.from} is not active.`)
  const units = BigInt(event.amount ?? 0)
  switch (intent) {
    case 'BUY_TREASURY':
      return priced(units, config.treasuryPrice)
    case 'REDEEM':
      return priced(units, config.redeemPrice)
    case 'TRANSFER':
      return transfer(event.to ?? '', units, standings)
    case 'SELL_MARKET':
      return listing(request, units)
    case 'BUY_MARKET':
      return purchase(book, dossier, units)
    case 'DELIST': {
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
    default:
      return unreachable(intent)
  }
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
): Result<Match, MatchRefusal> {
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

function purchase(book: Book, dossier: StateBodies['validated'], units: bigint): Result<Match, MatchRefusal> {
  const { event } = dossier
  const bound = event.payWith?.maxUnitPrice === undefined ? undefined : parseUsdt(event.payWith.maxUnitPrice)
  if (bound && !bound.ok) return bound
  const filled = book.fill({
    buyer: event.from,
    units,
    listingId: event.listingId,
    named: event.to === undefined || isReservedName(event.to) ? undefined : event.to,
    maxUnitPriceMicro: bound?.value,
    immediateOrCancel: event.timeInForce === 'IOC',
  })
  if (!filled.ok) return filled
  const total = (of: 'units' | 'totalMicro'): bigint => filled.value.reduce((sum, fill) => sum + fill[of], 0n)
  return ok({ units: total('units'), totalMicro: total('totalMicro'), fills: filled.value })
}

/** A listing is named after the event that opened it. */
export function listingIdOf(eventKey: string): string {
  return `lst_${eventKey.replaceAll('-', '')}`
}

/** The event that opened a listing. */
export function eventKeyOf(listingId: string): string {
  return listingId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
