import { type HoldRequest, type UnitHolds, bookOf } from '@species/contracts'
import { refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import type { Clock } from '@species/platform'
import {
  type Quoted,
  bindHold,
  countOpenUnits,
  holdsLeft,
  insertHold,
  readQuoted,
  releaseHolds,
} from '../adapters/hold-rows.ts'
import { loadListings, lockBook, updateListings } from '../adapters/listing-rows.ts'
import { endReservations, insertReservations } from '../adapters/match-rows.ts'
import { Book } from '../domain/book.ts'
import { type MatchRequest, matchEvent, orderOf } from '../domain/match.ts'
import { quotable, shareFor } from '../domain/quoted-share.ts'
import type { MatchingDeps } from './deps.ts'
import { isAtBestPrice, readBook } from './load-book.ts'

type Deps = Pick<MatchingDeps, 'authenticator'> & { readonly clock: Clock }
type Held = Awaited<ReturnType<UnitHolds['hold']>>

/** The units for sale are counted again after this long. */
const countedForMs = 1_000

/** The port by which quotes reserve units, within their own transaction. */
export function createUnitHolds(deps: Deps): (tx: Sql) => UnitHolds {
  let counted: { readonly atMs: number; readonly units: bigint } | undefined
  const openUnits = async (tx: Sql): Promise<bigint> => {
    const atMs = deps.clock.steady()
    if (counted === undefined || atMs - counted.atMs >= countedForMs)
      counted = { atMs, units: await countOpenUnits(tx) }
    return counted.units
  }
  return (tx) => ({
    async hold(request) {
      // Counted before anything is locked: it reads the whole book.
      const open = bookOf(request.dossier.intent) === 'buys' ? await openUnits(tx) : 0n
      return await hold(deps, tx, request, open)
    },
    bind: (quoteKey, eventKey) => bindHold(tx, quoteKey, eventKey),
    release: (quoteKeys) => release(tx, quoteKeys, deps.clock.now()),
  })
}

async function hold(deps: Deps, tx: Sql, { dossier, config }: HoldRequest, openUnits: bigint): Promise<Held> {
  const { from, to } = dossier.event
  const nowMs = deps.clock.now()
  const standings = await deps.authenticator(tx).standings([from, ...(to === undefined ? [] : [to])])
  const request: MatchRequest = { dossier, config, standings, nowMs, expiresAtMs: undefined }
  const buys = bookOf(dossier.intent) === 'buys'
  if (buys) await lockBook(tx)
  const quoted: Quoted = buys ? await readQuoted(tx, from) : { all: 0n, own: 0n, byListing: new Map() }
  const share = shareFor({ openUnits, basisPoints: config.quotes.unitsShareBasisPoints }, quoted)
  const wanted = BigInt(dossier.event.amount ?? 0)
  if (buys && wanted > share.most)
    return refuse(
      'quote_units_exceeded',
      share.isOwn
        ? `Your open quotes can hold ${share.most} more units; ${wanted} were asked for. Use, cancel or wait for the end of one, or buy without a quote.`
        : `Quotes can hold ${share.most} more of the units for sale; ${wanted} were asked for. Ask for fewer, ask later, or buy without a quote.`,
    )
  const read = await readBook(deps, tx, [request], nowMs, (one) =>
    quotable(one, quoted.byListing.get(one.listingId) ?? 0n),
  )
  const order = isAtBestPrice(dossier) ? orderOf(request, undefined) : undefined
  const match = matchEvent(read.book, request, order?.ok ? { search: await read.search(order.value) } : {})
  if (!match.ok) return match
  const { fills } = match.value
  await reserve(tx, dossier.eventKey, fills, nowMs)
  const units = fills.reduce((sum, fill) => sum + fill.units, 0n)
  await insertHold(tx, { quoteKey: dossier.eventKey, owner: from, match: match.value, units }, nowMs)
  return match
}

/** What was found in listings as quotes see them is taken from the listings as they are. */
async function reserve(
  tx: Sql,
  quoteKey: string,
  fills: readonly { listingId: string; units: bigint }[],
  nowMs: number,
): Promise<void> {
  if (fills.length === 0) return
  const listings = await loadListings(
    tx,
    fills.map(({ listingId }) => listingId),
  )
  const book = new Book(listings, { nowMs })
  const byId = new Map(listings.map((listing) => [listing.listingId, listing]))
  for (const { listingId, units } of fills) {
    const listing = byId.get(listingId)
    if (listing) book.take(listing.listingId, units)
  }
  await updateListings(tx, book.changed())
  await insertReservations(
    tx,
    fills.map(({ listingId, units }) => ({ eventKey: quoteKey, listingId, units })),
  )
}

async function release(tx: Sql, quoteKeys: readonly string[], nowMs: number): Promise<void> {
  if (quoteKeys.length === 0) return
  await lockBook(tx)
  const released = await releaseHolds(tx, quoteKeys)
  const fills = released.flatMap(({ match }) => match.fills)
  if (fills.length === 0) return
  const listings = await loadListings(tx, [...new Set(fills.map(({ listingId }) => listingId))])
  const book = new Book(listings, { nowMs })
  for (const { listingId, units } of fills) book.giveBack(listingId, units)
  await updateListings(tx, book.changed())
  await endReservations(
    tx,
    released.map(({ quoteKey }) => quoteKey),
    'returned',
  )
}

const maxPerRun = 500

/** Gives back what is held for events that ended before they took it. */
export async function releaseLeft({ database, clock }: Pick<MatchingDeps, 'database' | 'clock'>): Promise<void> {
  const quoteKeys = await holdsLeft(database, maxPerRun)
  if (quoteKeys.length > 0) await database.transaction((tx) => release(tx, quoteKeys, clock.now()))
}
