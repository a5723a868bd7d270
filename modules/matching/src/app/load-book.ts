import { bookOf } from '@species/contracts'
import type { Sql } from '@species/database'
import { loadBest, loadListings, loadOnward, lockBook } from '../adapters/listing-rows.ts'
import { Book, type Order } from '../domain/book.ts'
import type { Listing, Place } from '../domain/listing.ts'
import type { MatchRequest } from '../domain/match.ts'
import { Search, maxFills } from '../domain/search.ts'
import type { MatchingDeps } from './deps.ts'

/** So many of the cheapest listings are read before the first decision, at most; a search that needs more reads on. */
const readAhead = 2_000
const pageRows = 100

/** The book of a batch, and the way to what it does not hold yet. */
export interface LoadedBook {
  readonly book: Book
  /** Searches for a purchase at the best price, and reads on where the book ends before the search does. */
  search(order: Order): Promise<Search>
}

/** Locks the book and loads what most orders of a batch need; nothing where none of its events is about a listing. */
export async function loadBook(
  deps: MatchingDeps,
  tx: Sql,
  requests: readonly MatchRequest[],
  nowMs: number,
): Promise<LoadedBook> {
  if (requests.some(isAboutListings)) await lockBook(tx)
  return await readBook(deps, tx, requests, nowMs)
}

function isAboutListings({ dossier: { intent, event } }: MatchRequest): boolean {
  return bookOf(intent) === 'buys' || bookOf(intent) === 'opens' || (event.listingId ?? event.delist) !== undefined
}

/** The same without the lock, where nothing is decided by it; `asSeen` shows a listing as a kind of purchase may use it. */
export async function readBook(
  deps: Pick<MatchingDeps, 'authenticator'>,
  tx: Sql,
  requests: readonly MatchRequest[],
  nowMs: number,
  asSeen: (listing: Listing) => Listing = (listing) => listing,
): Promise<LoadedBook> {
  const events = requests.map((request) => request.dossier)
  const named = [...new Set(events.flatMap(({ event }) => event.listingId ?? event.delist ?? []))]
  const best = events.filter(isAtBestPrice)
  const wanted = {
    units: best.reduce((sum, { event }) => sum + BigInt(event.amount ?? 0), 0n),
    listings: Math.min(maxFills * best.length, readAhead),
  }
  const ahead = await loadBest(tx, wanted, nowMs)
  const book = new Book([], { nowMs, knownUpTo: ahead.knownUpTo })
  const asked = new Set<string>()
  const add = async (listings: readonly Listing[]): Promise<void> => {
    const sellers = [...new Set(listings.map(({ seller }) => seller))].filter((seller) => !asked.has(seller))
    book.hide(await suspendedOf(deps, tx, sellers))
    for (const seller of sellers) asked.add(seller)
    book.add(listings.map(asSeen))
  }
  // The two overlap: a listing is added once.
  await add([
    ...new Map([...ahead.listings, ...(await loadListings(tx, named))].map((one) => [one.listingId, one])).values(),
  ])
  return {
    book,
    async search(order) {
      const search = new Search(order)
      book.searchOn(search, order, undefined, book.knownUpTo)
      for (let after = book.knownUpTo; after !== undefined && !search.isDone;) {
        const sellers = [order.buyer, ...book.hidden]
        const limit = pageRows
        const page = await loadOnward(tx, { ...order, after, above: search.passedOver, sellers, limit }, nowMs)
        await add(page)
        const upTo: Place | undefined = page.length < limit ? undefined : page.at(-1)
        book.searchOn(search, order, after, upTo)
        after = upTo
      }
      return search
    },
  }
}

/** Whether an event is a purchase from whichever listings are cheapest. One that cites a quote has its units. */
export function isAtBestPrice({ intent, event }: MatchRequest['dossier']): boolean {
  return bookOf(intent) === 'buys' && event.listingId === undefined && event.payWith?.quote === undefined
}

async function suspendedOf(
  deps: Pick<MatchingDeps, 'authenticator'>,
  tx: Sql,
  sellers: readonly string[],
): Promise<string[]> {
  if (sellers.length === 0) return []
  const standings = await deps.authenticator(tx).standings(sellers)
  return sellers.filter((seller) => standings.get(seller)?.status !== 'active')
}
