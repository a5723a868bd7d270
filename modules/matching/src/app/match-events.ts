import { type Match, type StateBodies, bookOf } from '@species/contracts'
import { intentFacts } from '@species/contracts/intents'
import { type Result, ok, refuse } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { advance, fromStored, decideOnce, reach } from '@species/flow'
import { type HoldRow, takeHolds } from '../adapters/hold-rows.ts'
import { countLapses, insertListings, loadListings, updateListings } from '../adapters/listing-rows.ts'
import { type MatchRow, type Purchase, insertMatches, insertReservations, readMatches } from '../adapters/match-rows.ts'
import { countListings } from '../adapters/seller-rows.ts'
import type { Book } from '../domain/book.ts'
import type { Listing } from '../domain/listing.ts'
import { type MatchRefusal, type MatchRequest, eventKeyOf, matchEvent, orderOf } from '../domain/match.ts'
import { dueMicro } from '../domain/means.ts'
import type { MatchingDeps } from './deps.ts'
import { isAtBestPrice, loadBook } from './load-book.ts'
import { paysFromCredit, readMeans } from './read-means.ts'

type Validated = Message<'validated'>

/** Fixes prices and reserves what each event of the batch takes, in accept order, in one transaction. */
export async function matchEvents(deps: MatchingDeps, batch: readonly Validated[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const [requests, settledSales] = await Promise.all([requestsOf(deps, batch, nowMs), settledButPending(deps, batch)])
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readMatches(tx, keys, false),
    decide: async (tx, fresh) => {
      const keys = new Set(fresh.map((message) => message.key))
      const open = requests.filter(({ dossier }) => keys.has(dossier.eventKey))
      return await decide(deps, tx, { requests: open, settledSales, nowMs })
    },
    answer,
  })
}

async function requestsOf(deps: MatchingDeps, batch: readonly Validated[], nowMs: number): Promise<MatchRequest[]> {
  const parties = batch.flatMap(({ body }) => [
    body.event.from,
    ...(body.event.to === undefined ? [] : [body.event.to]),
  ])
  const standings = await deps.authenticator(deps.database).standings([...new Set(parties)])
  return await Promise.all(
    batch.map(async ({ body }) => {
      const expiresAt = body.event.putProceeds?.expiresAt
      const config = await deps.config.at(body.configVersion)
      return {
        dossier: body,
        config,
        standings,
        nowMs,
        expiresAtMs: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      }
    }),
  )
}

/**
 * Listings that the batch names, that are pending here, and whose sale has settled: the message that opens them is on its way,
 * and a buyer who has read the seller's receipt must not be told that there is no such listing.
 */
async function settledButPending(deps: MatchingDeps, batch: readonly Validated[]): Promise<string[]> {
  const named = [...new Set(batch.flatMap(({ body }) => body.event.listingId ?? body.event.delist ?? []))]
  const pending = (await loadListings(deps.database, named)).filter((listing) => listing.status === 'pending')
  const stages = await Promise.all(
    pending.map(async ({ listingId }) => ({
      listingId,
      stage: await deps.cashier(deps.database).stageOf(eventKeyOf(listingId)),
    })),
  )
  return stages.filter(({ stage }) => stage?.state === 'settled').map(({ listingId }) => listingId)
}

interface Decision {
  readonly requests: readonly MatchRequest[]
  readonly settledSales: readonly string[]
  readonly nowMs: number
}

async function decide(deps: MatchingDeps, tx: Sql, decision: Decision): Promise<MatchRow[]> {
  const { book, decided } = await decideInOrder(deps, tx, decision)
  const rows = decided.map(({ dossier, result, purchase }) => ({
    ...rowOf(dossier, result, decision.nowMs),
    ...(purchase ? { purchase } : {}),
    isPurchase: result.ok && intentFacts[dossier.intent].money?.payer === 'user',
  }))
  // First of all writes: where another process was faster it gives the batch up before anything else can conflict.
  await insertMatches(tx, rows)
  await Promise.all([
    insertListings(
      tx,
      decided.flatMap(({ dossier, result }) =>
        result.ok && bookOf(dossier.intent) === 'opens' ? newListing(dossier, result.value) : [],
      ),
    ),
    updateListings(tx, book.changed()),
    insertReservations(
      tx,
      // What a quote held is reserved already.
      decided.flatMap(({ dossier, result }) =>
        result.ok && !citesQuote(dossier) ? reservationsOf(dossier, result.value) : [],
      ),
    ),
    countLapses(
      tx,
      decided.flatMap(({ dossier: { event }, result }) =>
        event.delist !== undefined && (result.ok || event.lapsed === true) ? [event.delist] : [],
      ),
    ),
  ])
  return rows
}

interface Decided {
  readonly dossier: StateBodies['validated']
  readonly result: Result<Match, MatchRefusal>
  readonly purchase: Purchase | undefined
}

/** One event after the other: each finds the book, its buyer's means and its seller's listings as those before it left them. */
async function decideInOrder(
  deps: MatchingDeps,
  tx: Sql,
  { requests, settledSales, nowMs }: Decision,
): Promise<{ book: Book; decided: Decided[] }> {
  const loaded = await loadBook(deps, tx, requests, nowMs)
  const { book } = loaded
  const sellers = requests
    .filter(({ dossier }) => bookOf(dossier.intent) === 'opens')
    .map(({ dossier }) => dossier.event.from)
  const citing = requests.filter((request) => citesQuote(request.dossier) && isActive(request))
  const [means, listings, held] = await Promise.all([
    readMeans(deps, tx, requests),
    countListings(tx, [...new Set(sellers)]),
    takeHolds(
      tx,
      citing.map(({ dossier }) => dossier.eventKey),
    ),
  ])
  const decided: Decided[] = []
  for (const request of requests) {
    const { dossier } = request
    const { from, listingId, delist } = dossier.event
    for (const named of [listingId, delist])
      if (named !== undefined && settledSales.includes(named)) book.openEarly(named)
    const standing = { means: means.of(request), openListings: listings.get(from) ?? 0 }
    const order = isAtBestPrice(dossier) ? orderOf(request, standing.means) : undefined
    const result = citesQuote(dossier)
      ? matchQuoted(request, held.get(dossier.eventKey))
      : matchEvent(book, request, order?.ok ? { ...standing, search: await loaded.search(order.value) } : standing)
    if (result.ok && bookOf(dossier.intent) === 'opens') listings.set(from, standing.openListings + 1)
    const purchase =
      result.ok && standing.means && paysFromCredit(request)
        ? { buyer: from, dueMicro: dueMicro(standing.means, result.value.totalMicro) }
        : undefined
    if (purchase) means.spend(purchase.buyer, purchase.dueMicro)
    decided.push({ dossier, result, purchase })
  }
  return { book, decided }
}

function citesQuote({ event }: StateBodies['validated']): boolean {
  return event.payWith?.quote !== undefined
}

/** An event that cites a quote gets what the quote holds, at its price. */
function matchQuoted(request: MatchRequest, held: HoldRow | undefined): Result<Match, MatchRefusal> {
  if (held) return ok(held.match)
  if (!isActive(request)) return refuse('user_suspended', `${request.dossier.event.from} is not active.`)
  return refuse('quote_ended', 'The quote holds no units any more.')
}

function isActive({ dossier: { event }, standings }: MatchRequest): boolean {
  return standings.get(event.from)?.status === 'active'
}

function newListing(dossier: StateBodies['validated'], match: Match): { listing: Listing; eventKey: string }[] {
  if (!match.listing) return []
  const { listingId, seller, unitPriceMicro, expiresAtMs } = match.listing
  const createdAtMs = dossier.times.accepted ?? 0
  return [
    {
      eventKey: dossier.eventKey,
      listing: {
        listingId,
        seller,
        unitPriceMicro,
        expiresAtMs,
        createdAtMs,
        unitsTotal: match.units,
        unitsAvailable: 0n,
        unitsReserved: 0n,
        status: 'pending',
        withheld: false,
      },
    },
  ]
}

function reservationsOf(
  dossier: StateBodies['validated'],
  match: Match,
): { eventKey: string; listingId: string; units: bigint }[] {
  const { eventKey } = dossier
  if (bookOf(dossier.intent) === 'takes back' && match.listing)
    return [{ eventKey, listingId: match.listing.listingId, units: match.units }]
  return match.fills.map((fill) => ({ eventKey, listingId: fill.listingId, units: fill.units }))
}

function rowOf(dossier: StateBodies['validated'], result: Result<Match, MatchRefusal>, nowMs: number): MatchRow {
  const base = { eventKey: dossier.eventKey, decidedAtMs: nowMs }
  if (result.ok) return { ...base, outcome: 'matched', match: result.value, dossier: undefined, endedAtMs: undefined }
  const refused = reach('refused', dossier, { refusal: { ...result.refusal, by: 'matching' } }, nowMs)
  return { ...base, outcome: 'refused', match: undefined, dossier: refused, endedAtMs: nowMs }
}

function answer(message: Validated, row: MatchRow): Outgoing[] {
  switch (row.outcome) {
    case 'matched':
    case 'consumed':
      return row.match ? [advance('matched', message, message.body, { match: row.match }, row.decidedAtMs)] : []
    case 'refused':
    case 'returned':
      return fromStored(row.outcome, message, row.dossier)
  }
}
