import { type Match, dossierSchema } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** What matching holds for a quote. */
export interface HoldRow {
  readonly quoteKey: string
  readonly owner: string
  readonly match: Match
  /** Units of listings. */
  readonly units: bigint
}

/** What quotes hold: all of them, and those of one owner. */
export interface Quoted {
  readonly all: bigint
  readonly own: bigint
  readonly byListing: ReadonlyMap<string, bigint>
}

interface Row {
  quote_key: string
  owner: string
  match: unknown
  units: bigint
}
const matchSchema = dossierSchema.shape.match.unwrap()
const fromRow = (row: Row): HoldRow => ({
  quoteKey: row.quote_key,
  owner: row.owner,
  match: matchSchema.parse(row.match),
  units: row.units,
})

/** What quotes hold now. Listings of which they hold nothing are absent. The book must be locked. */
export async function readQuoted(tx: Sql, owner: string): Promise<Quoted> {
  const [sums, listings] = await Promise.all([
    tx.query<{ all: bigint; own: bigint }>(
      `SELECT b.units_quoted AS all, (SELECT coalesce(sum(units), 0)::bigint FROM matching.unit_holds
         WHERE owner = $1 AND status = 'quoted') AS own FROM matching.books b`,
      [owner],
    ),
    tx.query<{ listing_id: string; units_quoted: bigint }>(
      'SELECT listing_id, units_quoted FROM matching.listings WHERE units_quoted > 0',
    ),
  ])
  return {
    all: sums[0]?.all ?? 0n,
    own: sums[0]?.own ?? 0n,
    byListing: new Map(listings.map((row) => [row.listing_id, row.units_quoted])),
  }
}

/** Units that are for sale, with those that quotes hold. */
export async function countOpenUnits(sql: Sql): Promise<bigint> {
  const [row] = await sql.query<{ units: bigint }>(
    `SELECT (coalesce(sum(units_available), 0) + (SELECT coalesce(sum(units_quoted), 0) FROM matching.books))::bigint AS units
     FROM matching.listings WHERE status = 'open' AND units_available > 0 AND NOT withheld`,
  )
  return row?.units ?? 0n
}

export async function insertHold(tx: Sql, { quoteKey, owner, match, units }: HoldRow, nowMs: number): Promise<void> {
  await tx.query(
    `INSERT INTO matching.unit_holds (quote_key, owner, status, match, units, held_at)
     VALUES ($1, $2, 'quoted', $3::text::jsonb, $4, $5)`,
    [quoteKey, owner, JSON.stringify(match, digits), units.toString(), toTimestamp(nowMs)],
  )
  await countQuoted(tx, [match], 1n)
}

const digits = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

/** Keeps what a quote holds for one event. */
export async function bindHold(tx: Sql, quoteKey: string, eventKey: string): Promise<void> {
  await tx.query(`UPDATE matching.unit_holds SET event_key = $2 WHERE quote_key = $1 AND status = 'quoted'`, [
    quoteKey,
    eventKey,
  ])
}

/** Gives what is held for these events to them, by event. The book must be locked. */
export async function takeHolds(tx: Sql, eventKeys: readonly string[]): Promise<Map<string, HoldRow>> {
  if (eventKeys.length === 0) return new Map()
  const rows = await tx.query<Row & { event_key: string }>(
    `UPDATE matching.unit_holds SET status = 'taken' WHERE status = 'quoted' AND event_key = ANY($1::uuid[])
     RETURNING quote_key, owner, match, units, event_key`,
    [eventKeys],
  )
  const taken = new Map(rows.map((row) => [row.event_key, fromRow(row)]))
  await tx.query(
    `UPDATE matching.reservations v SET event_key = r.event_key
     FROM json_to_recordset($1::text::json) AS r(quote_key uuid, event_key uuid)
     WHERE v.event_key = r.quote_key AND v.status = 'reserved'`,
    [rowsParameter(rows.map(({ quote_key, event_key }) => ({ quote_key, event_key })))],
  )
  await countQuoted(
    tx,
    [...taken.values()].map(({ match }) => match),
    -1n,
  )
  return taken
}

/** Ends what these quotes hold and no event has; answers with those that were ended. The book must be locked. */
export async function releaseHolds(tx: Sql, quoteKeys: readonly string[]): Promise<HoldRow[]> {
  const rows = await tx.query<Row>(
    `UPDATE matching.unit_holds SET status = 'released' WHERE status = 'quoted' AND quote_key = ANY($1::uuid[])
     RETURNING quote_key, owner, match, units`,
    [quoteKeys],
  )
  const released = rows.map(fromRow)
  await countQuoted(
    tx,
    released.map(({ match }) => match),
    -1n,
  )
  return released
}

async function countQuoted(tx: Sql, matches: readonly Match[], sign: bigint): Promise<void> {
  const fills = matches.flatMap(({ fills: each }) => each)
  if (fills.length === 0) return
  const byListing = Map.groupBy(fills, ({ listingId }) => listingId)
  const sums = [...byListing].map(([listing_id, all]) => ({
    listing_id,
    units: all.reduce((sum, { units }) => sum + sign * units, 0n),
  }))
  await tx.query(
    `WITH sums AS (SELECT * FROM json_to_recordset($1::text::json) AS r(listing_id text, units bigint)),
       book AS (UPDATE matching.books SET units_quoted = units_quoted + (SELECT sum(units) FROM sums)::bigint)
     UPDATE matching.listings l SET units_quoted = l.units_quoted + sums.units FROM sums WHERE l.listing_id = sums.listing_id`,
    [rowsParameter(sums)],
  )
}

/** Quotes of events that matching has ended without taking what was held for them. */
const left = `matching.unit_holds h JOIN matching.matches m ON m.event_key = h.event_key
  WHERE h.status = 'quoted' AND h.event_key IS NOT NULL AND m.outcome IN ('refused', 'returned')`

/** When the first of them ended. */
export const holdsLeftDue = `SELECT min(m.ended_at) FROM ${left}`

export async function holdsLeft(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.query<{ quote_key: string }>(`SELECT h.quote_key FROM ${left} LIMIT $1`, [limit])
  return rows.map((row) => row.quote_key)
}
