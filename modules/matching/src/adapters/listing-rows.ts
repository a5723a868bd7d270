import type { AuditPart, MatchingQueries, StageMark } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Listing, Place } from '../domain/listing.ts'
import { largestSizeClass } from '../domain/search.ts'
import { readDepth, readSold, readTrades } from './market-reads.ts'

const book = 'SPECIES'

interface Row {
  listing_id: string
  seller: string
  unit_price_micro: bigint
  units_total: bigint
  units_available: bigint
  units_reserved: bigint
  status: Listing['status']
  created_at: Date
  expires_at: Date
  withheld: boolean
}
const columns =
  'listing_id, seller, unit_price_micro, units_total, units_available, units_reserved, status, created_at, expires_at, withheld'
const fromRow = (row: Row): Listing => ({
  listingId: row.listing_id,
  seller: row.seller,
  unitPriceMicro: row.unit_price_micro,
  unitsTotal: row.units_total,
  unitsAvailable: row.units_available,
  unitsReserved: row.units_reserved,
  status: row.status,
  createdAtMs: row.created_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  withheld: row.withheld,
})

/** Locks the book until the transaction ends: decisions about its listings are made one after the other. */
export async function lockBook(tx: Sql): Promise<void> {
  // NO KEY: the foreign key of a listing that is being made takes a share of this row, after rows that a holder may wait for.
  await tx.query('SELECT book FROM matching.books WHERE book = $1 FOR NO KEY UPDATE', [book])
}

/** These listings, whatever their state. The book must be locked. */
export async function loadListings(tx: Sql, listingIds: readonly string[]): Promise<Listing[]> {
  if (listingIds.length === 0) return []
  return (
    await tx.query<Row>(`SELECT ${columns} FROM matching.listings WHERE listing_id = ANY($1::text[])`, [listingIds])
  ).map(fromRow)
}

const pageRows = 256

/**
 * The first listings for sale in the order they are taken, until they hold `units` units or are `listings` many, and how far that is:
 * `undefined` where there are no more. Read in pages by key, so that the cost follows what is wanted and not the size of the book.
 * The book must be locked.
 */
export async function loadBest(
  tx: Sql,
  wanted: { units: bigint; listings: number },
  nowMs: number,
): Promise<{ listings: Listing[]; knownUpTo: Place | undefined }> {
  const listings: Listing[] = []
  for (let units = 0n; units < wanted.units && listings.length < wanted.listings;) {
    const page = await openPage(tx, listings.at(-1), pageRows, nowMs)
    listings.push(...page)
    units += page.reduce((sum, { unitsAvailable }) => sum + unitsAvailable, 0n)
    if (page.length < pageRows) return { listings, knownUpTo: undefined }
  }
  return { listings, knownUpTo: listings.at(-1) }
}

/** What a search that has passed `after` can still use. */
export interface Wanted {
  readonly after: Place
  /** Listings of this size class and those below are of no use. */
  readonly above: number
  /** Nor are those of these sellers. */
  readonly sellers: readonly string[]
  readonly maxUnitPriceMicro: bigint | undefined
  readonly limit: number
}

/**
 * The next listings for sale that a search can use, in the order they are taken. What is too small is not read: each size class is
 * read from its own part of the index. The book must be locked.
 */
export async function loadOnward(tx: Sql, wanted: Wanted, nowMs: number): Promise<Listing[]> {
  const next = (where: string): string => `SELECT ${columns} FROM matching.listings
     WHERE book = $1 AND status = 'open' AND units_available > 0 AND NOT withheld
       AND (unit_price_micro, created_at, listing_id) > ($2::bigint, $3::timestamptz, $4::text)
       AND ($5::bigint IS NULL OR unit_price_micro <= $5::bigint) AND expires_at > $6 AND seller <> ALL($7::text[]) ${where}
     ORDER BY unit_price_micro, created_at, listing_id LIMIT $8`
  const parameters = [
    book,
    wanted.after.unitPriceMicro.toString(),
    toTimestamp(wanted.after.createdAtMs),
    wanted.after.listingId,
    wanted.maxUnitPriceMicro?.toString() ?? null,
    toTimestamp(nowMs),
    wanted.sellers,
    wanted.limit,
  ]
  const rows =
    wanted.above === 0
      ? await tx.query<Row>(next(''), parameters)
      : await tx.query<Row>(
          `SELECT l.* FROM generate_series($9::int + 1, ${largestSizeClass}) AS class
           CROSS JOIN LATERAL (${next('AND matching.size_class(units_available) = class')}) AS l
           ORDER BY unit_price_micro, created_at, listing_id LIMIT $8`,
          [...parameters, wanted.above],
        )
  return rows.map(fromRow)
}

async function openPage(sql: Sql, after: Place | undefined, limit: number, nowMs: number): Promise<Listing[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM matching.listings
     WHERE book = $1 AND status = 'open' AND units_available > 0 AND NOT withheld AND expires_at > $2
       AND ($3::bigint IS NULL OR (unit_price_micro, created_at, listing_id) > ($3::bigint, $4::timestamptz, $5::text))
     ORDER BY unit_price_micro, created_at, listing_id LIMIT $6`,
    [
      book,
      toTimestamp(nowMs),
      after?.unitPriceMicro.toString() ?? null,
      after ? toTimestamp(after.createdAtMs) : null,
      after?.listingId ?? null,
      limit,
    ],
  )
  return rows.map(fromRow)
}

export async function insertListings(tx: Sql, rows: readonly { listing: Listing; eventKey: string }[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `INSERT INTO matching.listings (listing_id, book, event_key, seller, unit_price_micro, units_total, units_available, units_reserved,
       status, created_at, expires_at, lapse)
     SELECT listing_id, $2, event_key, seller, unit_price_micro, units_total, 0, 0, 'pending', created_at, expires_at, 1
     FROM json_to_recordset($1::text::json) AS r(listing_id text, event_key uuid, seller text, unit_price_micro bigint, units_total bigint,
       created_at timestamptz, expires_at timestamptz)`,
    [
      rowsParameter(
        rows.map(({ listing, eventKey }) => ({
          listing_id: listing.listingId,
          event_key: eventKey,
          seller: listing.seller,
          unit_price_micro: listing.unitPriceMicro,
          units_total: listing.unitsTotal,
          created_at: toTimestamp(listing.createdAtMs),
          expires_at: toTimestamp(listing.expiresAtMs),
        })),
      ),
      book,
    ],
  )
}

export async function updateListings(tx: Sql, listings: readonly Listing[]): Promise<void> {
  if (listings.length === 0) return
  await tx.query(
    `UPDATE matching.listings l SET units_available = r.units_available, units_reserved = r.units_reserved, status = r.status
     FROM json_to_recordset($1::text::json) AS r(listing_id text, units_available bigint, units_reserved bigint, status text)
     WHERE l.listing_id = ANY($2::text[]) AND l.listing_id = r.listing_id`,
    [
      rowsParameter(
        listings.map((listing) => ({
          listing_id: listing.listingId,
          units_available: listing.unitsAvailable,
          units_reserved: listing.unitsReserved,
          status: listing.status,
        })),
      ),
      listings.map((listing) => listing.listingId),
    ],
  )
}

/** A delisting took from it, or the event of a lapse came to nothing: what lapses after this is another lapse. */
export async function countLapses(tx: Sql, listingIds: readonly string[]): Promise<void> {
  if (listingIds.length > 0)
    await tx.query('UPDATE matching.listings SET lapse = lapse + 1 WHERE listing_id = ANY($1::text[])', [listingIds])
}

/**
 * When the first listing lapses, or is due to be announced again. An announced one is never taken before `againMs`, so this is the
 * shortest pause.
 */
export const lapsesDue = (againMs: number): string => `SELECT least(
  (SELECT min(expires_at) FROM matching.listings WHERE status = 'open' AND units_available > 0 AND lapse_announced_at IS NULL),
  (SELECT min(created_at) FROM matching.listings WHERE status = 'closing' AND units_available > 0 AND lapse_announced_at IS NULL),
  (SELECT min(lapse_announced_at) + interval '${againMs} milliseconds' FROM matching.listings
    WHERE lapse_announced_at IS NOT NULL AND status IN ('open', 'closing') AND units_available > 0))`

/** Each of the two has its own index, so that neither reads the listings that are simply for sale. */
const lapsed = [`status = 'open' AND expires_at <= $1`, `status = 'closing'`]

/**
 * Takes listings whose time is over, or that are closing with units left, and that were not announced lately. Each lapse that came
 * to nothing doubles the pause, up to an hour: a partner who keeps refusing would otherwise get an event every few seconds.
 */
export async function takeLapsed(
  sql: Sql,
  nowMs: number,
  againMs: number,
  limit: number,
): Promise<{ listingId: string; eventKey: string; seller: string; lapse: number }[]> {
  const taken = await Promise.all(
    lapsed.map((which) =>
      sql.query<{ listing_id: string; event_key: string; seller: string; lapse: number }>(
        `UPDATE matching.listings SET lapse_announced_at = $1 WHERE listing_id IN (
           SELECT listing_id FROM matching.listings
           WHERE ${which} AND units_available > 0 AND (lapse_announced_at IS NULL
             OR lapse_announced_at <= $1::timestamptz - least($2::bigint * power(2, least(greatest(lapse, 2), 12) - 2), 3600000) * interval '1 millisecond')
           ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING listing_id, event_key, seller, lapse`,
        [toTimestamp(nowMs), againMs, limit],
      ),
    ),
  )
  return taken
    .flat()
    .map((row) => ({ listingId: row.listing_id, eventKey: row.event_key, seller: row.seller, lapse: row.lapse }))
}

/** Of the listings of one page. Each is one statement, so it sees one moment of a book at work. */
const audits = [
  `SELECT 'listing ' || l.listing_id || ' has ' || l.units_reserved || ' units reserved, events reserve ' || coalesce(r.sum, 0) AS breach
   FROM matching.listings l
   LEFT JOIN LATERAL (
     SELECT sum(units) AS sum FROM matching.reservations r WHERE r.listing_id = l.listing_id AND status = 'reserved') r ON true
   WHERE l.listing_id = ANY($1::text[]) AND l.units_reserved <> coalesce(r.sum, 0)`,
  `SELECT 'listing ' || l.listing_id || ' lost units: ' || l.units_total || ' listed, ' || (l.units_available + l.units_reserved + coalesce(c.sum, 0)) || ' accounted for' AS breach
   FROM matching.listings l
   LEFT JOIN LATERAL (
     SELECT sum(units) AS sum FROM matching.reservations r WHERE r.listing_id = l.listing_id AND status = 'consumed') c ON true
   WHERE l.listing_id = ANY($1::text[]) AND l.status IN ('open', 'closing') AND l.units_total <> l.units_available + l.units_reserved + coalesce(c.sum, 0)`,
]

/** Looked at once, with the first page: few rows are held for quotes at a time. */
const quotesAudit = `SELECT 'quotes hold ' || coalesce(h.sum, 0) || ' units, the book counts ' || b.units_quoted || ' and its listings ' || l.sum AS breach
   FROM matching.books b, (SELECT coalesce(sum(units_quoted), 0) AS sum FROM matching.listings WHERE units_quoted > 0) l,
     (SELECT coalesce(sum(units), 0) AS sum FROM matching.unit_holds WHERE status = 'quoted') h
   WHERE b.units_quoted <> h.sum OR l.sum <> h.sum`

/** The book's answers to other modules. */
export function matchingQueries(sql: Sql): MatchingQueries {
  return {
    openListings: (after, limit, nowMs) => openPage(sql, after, limit, nowMs),
    async listing(listingId) {
      const [row] = await sql.query<Row>(`SELECT ${columns} FROM matching.listings WHERE listing_id = $1`, [listingId])
      return row && fromRow(row)
    },
    depth: (listings, nowMs) => readDepth(sql, listings, nowMs),
    trades: (purchases) => readTrades(sql, purchases),
    soldBy: (eventKeys) => readSold(sql, eventKeys),
    listingsOf: async (seller, limit) =>
      (
        await sql.query<Row>(
          `SELECT ${columns} FROM matching.listings WHERE seller = $1 AND status IN ('pending', 'open', 'closing')
           ORDER BY created_at DESC, listing_id LIMIT $2`,
          [seller, limit],
        )
      ).map(fromRow),
    async auditBook() {
      const breaches: string[] = []
      for (let after: string | undefined = ''; after !== undefined;) {
        const page = await auditPage(sql, after)
        breaches.push(...page.breaches)
        after = page.next
      }
      return breaches
    },
    auditBookFrom: (after) => auditPage(sql, after),
    stageOf: (eventKey) => stageOf(sql, eventKey),
  }
}

const auditedAtOnce = 5_000

async function auditPage(sql: Sql, after: string): Promise<AuditPart> {
  const page = await sql.query<{ listing_id: string }>(
    'SELECT listing_id FROM matching.listings WHERE listing_id > $1 ORDER BY listing_id LIMIT $2',
    [after, auditedAtOnce],
  )
  const ids = page.map((row) => row.listing_id)
  const breaches: string[] = []
  if (after === '') breaches.push(...(await sql.query<{ breach: string }>(quotesAudit)).map((row) => row.breach))
  for (const audit of audits)
    breaches.push(...(await sql.query<{ breach: string }>(`${audit} LIMIT 20`, [ids])).map((row) => row.breach))
  const last = ids.at(-1)
  return { breaches, rows: ids.length, ...(last === undefined || ids.length < auditedAtOnce ? {} : { next: last }) }
}

async function stageOf(sql: Sql, eventKey: string): Promise<StageMark | undefined> {
  const [row] = await sql.query<{
    outcome: 'matched' | 'refused' | 'consumed' | 'returned'
    decided_at: Date
    ended_at: Date | null
    refusal: NonNullable<StageMark['refusal']> | null
  }>(`SELECT outcome, decided_at, ended_at, dossier->'refusal' AS refusal FROM matching.matches WHERE event_key = $1`, [
    eventKey,
  ])
  if (!row) return undefined
  // What happened to a settled event is for others to say; here it was matched.
  if (row.outcome === 'consumed') return { state: 'matched', atMs: row.decided_at.getTime() }
  return {
    state: row.outcome,
    atMs: (row.ended_at ?? row.decided_at).getTime(),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  }
}
