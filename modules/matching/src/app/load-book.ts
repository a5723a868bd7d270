import type { Sql } from '@species/runtime'
import { loadBest, loadListings, lockBook } from '../adapters/listing-rows.ts'
import { Book, maxFills } from '../domain/book.ts'
import type { MatchRequest } from '../domain/match.ts'
import type { MatchingDeps } from './deps.ts'

/** Locks the book and loads what the orders of a batch may touch; nothing where none of them touches a listing. */
export async function loadBook(
  deps: MatchingDeps,
  tx: Sql,
  requests: readonly MatchRequest[],
  nowMs: number,
): Promise<Book> {
  if (requests.some(touchesBook)) await lockBook(tx)
  return await readBook(deps, tx, requests, nowMs)
}

function touchesBook({ dossier: { intent, event } }: MatchRequest): boolean {
  return intent === 'BUY_MARKET' || event.listingId !== undefined || event.delist !== undefined
}

/**
 * What the orders of a batch may touch of the book, which must be locked where anything is decided by it. Listings whose
 * units may go to others than the best-price orders (named ones, buyers' own, those of suspended sellers) are not counted
 * on, so that the batch finds every listing its orders one by one would have found.
 */
export async function readBook(
  deps: Pick<MatchingDeps, 'authenticator'>,
  tx: Sql,
  requests: readonly MatchRequest[],
  nowMs: number,
): Promise<Book> {
  const events = requests.map((request) => request.dossier)
  const named = new Set(events.flatMap(({ event }) => event.listingId ?? event.delist ?? []))
  const best = events.filter(({ intent, event }) => intent === 'BUY_MARKET' && event.listingId === undefined)
  if (named.size === 0 && best.length === 0) return new Book([], { hidden: new Set(), nowMs })
  const buyers = new Set(best.map(({ event }) => event.from))
  const units = best.reduce((sum, { event }) => sum + BigInt(event.amount ?? 0), 0n)
  const namedListings = await loadListings(tx, [...named])
  const hidden = new Set<string>()
  const asked = new Set<string>()
  for (;;) {
    const counts = (listing: { listingId: string; seller: string }): boolean =>
      !named.has(listing.listingId) && !buyers.has(listing.seller) && !hidden.has(listing.seller)
    const listings =
      best.length === 0 ? [] : await loadBest(tx, { units, listings: maxFills * best.length, counts }, nowMs)
    const all = new Map([...listings, ...namedListings].map((listing) => [listing.listingId, listing]))
    const strangers = [...new Set([...all.values()].map((listing) => listing.seller))].filter(
      (seller) => !asked.has(seller),
    )
    const suspended = await suspendedOf(deps, tx, strangers)
    for (const seller of strangers) asked.add(seller)
    for (const seller of suspended) hidden.add(seller)
    if (suspended.length === 0 || best.length === 0) return new Book([...all.values()], { hidden, nowMs })
  }
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
