import { type BookLevel, type SoldFill, type TradeView, dossierSchema } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** What everyone may know of the market. Each reads a bounded number of rows of an index, however long the market has run. */
export async function readDepth(
  sql: Sql,
  listings: number,
  nowMs: number,
): Promise<{ levels: BookLevel[]; isWhole: boolean }> {
  const rows = await sql.query<{ unit_price_micro: bigint; units: bigint; listings: bigint }>(
    `SELECT unit_price_micro, sum(units_available)::bigint AS units, count(*) AS listings FROM (
       SELECT unit_price_micro, units_available FROM matching.listings
       WHERE book = 'SPECIES' AND status = 'open' AND units_available > 0 AND NOT withheld AND expires_at > $1
       ORDER BY unit_price_micro, created_at, listing_id LIMIT $2) AS first_ones
     GROUP BY unit_price_micro ORDER BY unit_price_micro`,
    [toTimestamp(nowMs), listings],
  )
  const levels = rows.map((row) => ({
    unitPriceMicro: row.unit_price_micro,
    units: row.units,
    listings: Number(row.listings),
  }))
  return { levels, isWhole: levels.reduce((sum, level) => sum + level.listings, 0) < listings }
}

const matchSchema = dossierSchema.shape.match.unwrap()

export async function readTrades(sql: Sql, purchases: number): Promise<TradeView[]> {
  const rows = await sql.query<{ ended_at: Date; match: unknown }>(
    `SELECT ended_at, match FROM matching.matches WHERE outcome = 'consumed' AND is_purchase
     ORDER BY ended_at DESC LIMIT $1`,
    [purchases],
  )
  return rows.flatMap((row) => tradesOf(row.ended_at.getTime(), matchSchema.parse(row.match)))
}

function tradesOf(atMs: number, { units, totalMicro, fills }: ReturnType<typeof matchSchema.parse>): TradeView[] {
  // Units of the treasury have one price each, so the total is that price times the units.
  if (fills.length === 0) return [{ atMs, source: 'treasury', units, unitPriceMicro: totalMicro / units }]
  return fills.map((fill) => ({ atMs, source: 'market', units: fill.units, unitPriceMicro: fill.unitPriceMicro }))
}

/** What purchases bought from listings, by the matches that were decided. */
export async function readSold(sql: Sql, eventKeys: readonly string[]): Promise<SoldFill[]> {
  const rows = await sql.query<{ event_key: string; opened_by: string; seller: string; total_micro: bigint }>(
    `SELECT m.event_key, l.event_key AS opened_by, l.seller, (f->>'totalMicro')::bigint AS total_micro
     FROM matching.matches m CROSS JOIN LATERAL jsonb_array_elements(m.match->'fills') AS f
     JOIN matching.listings l ON l.listing_id = f->>'listingId'
     WHERE m.event_key = ANY($1::uuid[]) AND m.outcome IN ('matched', 'consumed')`,
    [eventKeys],
  )
  return rows.map((row) => ({
    eventKey: row.event_key,
    openedBy: row.opened_by,
    seller: row.seller,
    totalMicro: row.total_micro,
  }))
}
