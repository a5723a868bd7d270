import type { MatchingQueries, StageMark } from '@species/contracts'
import { type Sql, rowsParameter, toTimestamp } from '@species/runtime'
import type { Listing } from '../domain/book.ts'

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
}
const columns =
  'listing_id, seller, unit_price_micro, units_total, units_available, units_reserved, status, created_at, expires_at'
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
 * Open listings in the order they are taken, until those that `counts` accepts hold `units` units or are `listings` many. Read
 * in pages by key, so that the cost follows what is wanted and not the size of the book. The book must be locked.
 */
export async function loadBest(
  tx: Sql,
  until: { units: bigint; listings: number; counts: (listing: Listing) => boolean },
  nowMs: number,
): Promise<Listing[]> {
  const found: Listing[] = []
  let units = 0n
  let counted = 0
  for (;;) {
    const page = await openPage(tx, found.at(-1), pageRows, nowMs)
    for (const listing of page) {
      if (units >= until.units || counted >= until.listings) return found
      found.push(listing)
      if (!until.counts(listing)) continue
      units += listing.unitsAvailable
      counted++
    }
    if (page.length < pageRows) return found
  }
}

type Place = Pick<Listing, 'unitPriceMicro' | 'createdAtMs' | 'listingId'>

async function openPage(sql: Sql, after: Place | undefined, limit: number, nowMs: number): Promise<Listing[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM matching.listings
     WHERE book = $1 AND status = 'open' AND units_available > 0 AND expires_at > $2
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

const audits = [
  `SELECT 'listing ' || l.listing_id || ' has ' || l.units_reserved || ' units reserved, events reserve ' || coalesce(r.sum, 0) AS breach
   FROM matching.listings l
   LEFT JOIN (SELECT listing_id, sum(units) AS sum FROM matching.reservations WHERE status = 'reserved' GROUP BY 1) r USING (listing_id)
   WHERE l.units_reserved <> coalesce(r.sum, 0)`,
  `SELECT 'listing ' || l.listing_id || ' lost units: ' || l.units_total || ' listed, ' || (l.units_available + l.units_reserved + coalesce(c.sum, 0)) || ' accounted for' AS breach
   FROM matching.listings l
   LEFT JOIN (SELECT listing_id, sum(units) AS sum FROM matching.reservations WHERE status = 'consumed' GROUP BY 1) c USING (listing_id)
   WHERE l.status IN ('open', 'closing') AND l.units_total <> l.units_available + l.units_reserved + coalesce(c.sum, 0)`,
]

/** The book's answers to other modules. */
export function matchingQueries(sql: Sql): MatchingQueries {
  return {
    openListings: (after, limit, nowMs) => openPage(sql, after, limit, nowMs),
    async listing(listingId) {
      const [row] = await sql.query<Row>(`SELECT ${columns} FROM matching.listings WHERE listing_id = $1`, [listingId])
      return row && fromRow(row)
    },
    async auditBook() {
      const found = await Promise.all(audits.map((audit) => sql.query<{ breach: string }>(`${audit} LIMIT 20`)))
      return found.flat().map((row) => row.breach)
    },
    stageOf: (eventKey) => stageOf(sql, eventKey),
  }
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
