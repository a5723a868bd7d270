import type { Sql } from '@species/database'
import type { EventRows } from './capture.ts'
import { insertRows, keysOf } from './insert-rows.ts'

type Rows = readonly EventRows[]

/** What a match writes: a sale's listing, still closed; a purchase's reservations, and what they take from listings. */
export function reserveListings(tx: Sql, batch: Rows): Promise<unknown>[] {
  const sales = batch.flatMap(({ listing }) => (listing ? [listing] : []))
  return [
    insertRows(
      tx,
      'matching.listings',
      'listing_id, book, event_key, seller, unit_price_micro, units_total, units_available, units_reserved, status, created_at, expires_at, lapse',
      sales.map((listing) => ({ ...listing, units_available: 0, units_reserved: 0, status: 'pending' })),
    ),
    insertRows(
      tx,
      'matching.reservations',
      'event_key, listing_id, units, status',
      batch.flatMap(({ eventKey, reservations }) =>
        reservations.map((one) => ({ ...one, event_key: eventKey, status: 'reserved' })),
      ),
    ),
    changeListings(
      tx,
      batch,
      'units_available = l.units_available - r.units, units_reserved = l.units_reserved + r.units',
    ),
  ]
}

/** What a settlement writes: sales are open, reservations are used up. */
export function endListings(tx: Sql, batch: Rows): Promise<unknown>[] {
  const sales = batch.flatMap(({ eventKey, listing }) => (listing ? [eventKey] : []))
  return [
    sales.length === 0
      ? Promise.resolve()
      : tx.query(
          `UPDATE matching.listings SET status = 'open', units_available = units_total WHERE event_key = ANY($1::uuid[])`,
          [sales],
        ),
    tx.query(`UPDATE matching.reservations SET status = 'consumed' WHERE event_key = ANY($1::uuid[])`, [
      keysOf(batch.filter((event) => event.reservations.length > 0)),
    ]),
    changeListings(tx, batch, 'units_reserved = l.units_reserved - r.units'),
  ]
}

function changeListings(tx: Sql, batch: Rows, change: string): Promise<unknown> {
  const taken = new Map<string, number>()
  for (const { listing_id, units } of batch.flatMap((event) => event.reservations))
    taken.set(listing_id, (taken.get(listing_id) ?? 0) + units)
  if (taken.size === 0) return Promise.resolve()
  return tx.query(
    `UPDATE matching.listings l SET ${change} FROM json_to_recordset($1::text::json) AS r(listing_id text, units bigint)
     WHERE l.listing_id = ANY($2::text[]) AND l.listing_id = r.listing_id`,
    [JSON.stringify([...taken].map(([listing_id, units]) => ({ listing_id, units }))), [...taken.keys()]],
  )
}
