import { Fault } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { fromStored, decideOnce, reach } from '@species/flow'
import { inHalves } from '@species/platform'
import { countLapses, loadListings, lockBook, updateListings } from '../adapters/listing-rows.ts'
import {
  type MatchRow,
  endMatches,
  endReservations,
  insertMatches,
  matchesDue,
  openMatches,
  readMatches,
  readReservations,
} from '../adapters/match-rows.ts'
import { Book } from '../domain/book.ts'
import { listingIdOf } from '../domain/match.ts'
import type { MatchingDeps } from './deps.ts'

/** Settled events: their reservations are used up, and what was put on sale is now for sale. */
export async function consumeMatches(deps: MatchingDeps, batch: readonly Message<'settled'>[]): Promise<[]> {
  await consume(deps, keysOf(batch))
  return []
}

/** By now the message of a settlement has come, or never will. */
const patienceMs = 30_000
const maxPerRun = 2_000

/** When the first open match has waited so long. */
export const unheardDue = matchesDue(patienceMs)

/**
 * Consumes what has settled without matching hearing of it: an event ends with its receipt, and what has ended is not driven
 * again, so the message that was for us may be lost for good.
 */
export async function consumeUnheard(deps: MatchingDeps): Promise<void> {
  const open = await openMatches(deps.database, deps.clock.now() - patienceMs, maxPerRun)
  const cashier = deps.cashier(deps.database)
  const parts = await inHalves(open, async (keys) => {
    const stages = await Promise.all(keys.map(async (key) => ({ key, stage: await cashier.stageOf(key) })))
    const settled = stages.filter(({ stage }) => stage?.state === 'settled').map(({ key }) => key)
    if (settled.length > 0) await consume(deps, settled)
  })
  for (const part of parts)
    if (!part.ok) deps.log.error({ eventKeys: part.items, err: part.error }, 'settled matches cannot be consumed')
}

async function consume(deps: MatchingDeps, eventKeys: readonly string[]): Promise<void> {
  const nowMs = deps.clock.now()
  await deps.database.transaction(async (tx) => {
    const rows = await readMatches(tx, eventKeys, true)
    const open = eventKeys.filter((key) => rows.get(key)?.outcome === 'matched')
    const named = open.flatMap((key) => {
      const listingId = rows.get(key)?.match?.listing?.listingId
      return listingId === undefined ? [] : [{ key, listingId }]
    })
    // A sale is the event that its listing is named after; any other that names one has taken it off the market.
    const isSale = ({ key, listingId }: { key: string; listingId: string }): boolean => listingId === listingIdOf(key)
    const sales = named.filter(isSale).map(({ listingId }) => listingId)
    const delisted = named.filter((one) => !isSale(one)).map(({ listingId }) => listingId)
    const { book, reservations } = await openBook(tx, open, sales, nowMs)
    for (const { listingId, units } of reservations) book.consume(listingId, units)
    for (const listingId of sales) book.open(listingId)
    for (const listingId of delisted) book.close(listingId)
    await Promise.all([
      updateListings(tx, book.changed()),
      endReservations(tx, open, 'consumed'),
      endMatches(
        tx,
        open.flatMap((key) => consumedRow(rows.get(key), nowMs)),
      ),
    ])
  })
}

/**
 * The road back: reservations are free again, a listing whose units never came is closed. The row is stored even where
 * matching never saw the event, so that a forward message that comes later finds it.
 */
export async function returnMatches(deps: MatchingDeps, batch: readonly Message<'released'>[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readMatches(tx, keys, true),
    isOpen: (row) => row.outcome !== 'returned',
    decide: (tx, fresh, { rows }) => giveBack(tx, fresh, rows, nowMs),
    answer: (message, row) =>
      row.outcome === 'refused' || row.outcome === 'returned' ? fromStored(row.outcome, message, row.dossier) : [],
  })
}

async function giveBack(
  tx: Sql,
  open: readonly Message<'released'>[],
  rows: ReadonlyMap<string, MatchRow>,
  nowMs: number,
): Promise<MatchRow[]> {
  const settled = open.find((message) => rows.get(message.key)?.outcome === 'consumed')
  if (settled)
    throw new Fault('returned_after_settlement', {
      retryable: false,
      publicMessage: 'A settled event cannot be returned.',
      detail: { eventKey: settled.key },
    })
  const matched = open.filter((message) => rows.get(message.key)?.outcome === 'matched')
  const pending = matched.map((message) => listingIdOf(message.key))
  const { book, reservations } = await openBook(tx, keysOf(matched), pending, nowMs)
  for (const { listingId, units } of reservations) book.giveBack(listingId, units)
  for (const listingId of pending) book.abandon(listingId)
  await updateListings(tx, book.changed())
  await endReservations(tx, keysOf(matched), 'returned')
  const ended = open.map((message) => returnedRow(message, rows.get(message.key), nowMs))
  await endMatches(
    tx,
    ended.filter((row) => rows.has(row.eventKey)),
  )
  await insertMatches(
    tx,
    ended.filter((row) => !rows.has(row.eventKey)),
  )
  // The event of a lapse came to nothing: the units that are still here lapse again, under another number.
  await countLapses(
    tx,
    open.flatMap(({ key, body: { event } }) =>
      event.lapsed === true && event.delist !== undefined && !rows.has(key) ? [event.delist] : [],
    ),
  )
  return ended
}

function keysOf(batch: readonly Message[]): string[] {
  return batch.map((message) => message.key)
}

async function openBook(
  tx: Sql,
  eventKeys: readonly string[],
  more: readonly string[],
  nowMs: number,
): Promise<{ book: Book; reservations: { eventKey: string; listingId: string; units: bigint }[] }> {
  if (eventKeys.length === 0) return { book: new Book([], { nowMs }), reservations: [] }
  const [, reservations] = await Promise.all([lockBook(tx), readReservations(tx, eventKeys)])
  const listings = await loadListings(tx, [...new Set([...reservations.map((one) => one.listingId), ...more])])
  return { book: new Book(listings, { nowMs }), reservations }
}

function consumedRow(row: MatchRow | undefined, nowMs: number): MatchRow[] {
  return row ? [{ ...row, outcome: 'consumed', dossier: undefined, endedAtMs: nowMs }] : []
}

function returnedRow(message: Message<'released'>, before: MatchRow | undefined, nowMs: number): MatchRow {
  return {
    eventKey: message.key,
    outcome: 'returned',
    match: before?.match,
    dossier: reach('returned', message.body, {}, nowMs),
    decidedAtMs: before?.decidedAtMs ?? nowMs,
    endedAtMs: nowMs,
  }
}
