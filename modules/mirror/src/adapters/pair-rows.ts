import { type Sql, rowsParameter } from '@species/database'
import type { Asset } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import type { QueuedPair } from '../domain/book-entry.ts'
import type { Pair } from '../domain/pairs.ts'

/** A pair with the transfer that it comes from. */
export interface NewPair extends Pair {
  readonly transferId: string
  readonly eventKey: string | undefined
  readonly kind: string
  readonly atMs: number
}

/** Queues pairs, each once for its external id. */
export async function storePairs(tx: Sql, pairs: readonly NewPair[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.query(
    `WITH new AS (
       SELECT nextval(pg_get_serial_sequence('mirror.pairs', 'place')) AS place, r.*
       FROM json_to_recordset($1::text::json) AS r(external_id text, transfer_id text, event_key uuid, kind text,
         source text, destination text, asset text, amount bigint, at timestamptz)
     )
     INSERT INTO mirror.pairs (place, external_id, ordinal, transfer_id, event_key, kind, source, destination, asset, amount, at, state)
     OVERRIDING SYSTEM VALUE
     SELECT place, external_id, place, transfer_id, event_key, kind, source, destination, asset, amount, at, 'queued' FROM new
     ON CONFLICT (external_id) DO NOTHING`,
    [
      rowsParameter(
        pairs.map((pair) => ({
          external_id: pair.externalId,
          transfer_id: pair.transferId,
          event_key: pair.eventKey ?? null,
          kind: pair.kind,
          source: pair.source,
          destination: pair.destination,
          asset: pair.asset,
          amount: pair.amount.toString(),
          at: toTimestamp(pair.atMs),
        })),
      ),
    ],
  )
}

interface PairRow {
  place: bigint
  ordinal: bigint
  external_id: string
  transfer_id: string | null
  event_key: string | null
  kind: string
  source: string
  destination: string
  asset: Asset
  amount: bigint
  at: Date
  stands_for: number | null
  tried: boolean
}

/** The next pairs to be written, marked as tried: from now on they may be in the book. They come as they were before. */
export async function takePairs(tx: Sql, limit: number): Promise<QueuedPair[]> {
  const rows = await tx.query<PairRow>(
    `WITH next AS (
       SELECT place, tried FROM mirror.pairs WHERE state = 'queued' ORDER BY ordinal, place LIMIT $1 FOR UPDATE
     )
     UPDATE mirror.pairs p SET tried = true FROM next WHERE p.place = next.place
     RETURNING p.place, p.external_id, p.transfer_id, p.event_key, p.kind, p.source, p.destination, p.asset, p.amount, p.at,
       p.stands_for, next.tried, p.ordinal`,
    [limit],
  )
  return rows
    .sort((left, right) => Number(left.ordinal - right.ordinal) || Number(left.place - right.place))
    .map((row) => ({
      place: row.place,
      externalId: row.external_id,
      transferId: row.transfer_id ?? undefined,
      eventKey: row.event_key ?? undefined,
      kind: row.kind,
      source: row.source,
      destination: row.destination,
      asset: row.asset,
      amount: row.amount,
      atMs: row.at.getTime(),
      standsFor: row.stands_for ?? undefined,
      tried: row.tried,
    }))
}

/** What became of a pair: its id in the book, or why the book refuses it. */
export type Written = { readonly place: bigint } & ({ readonly bookId: string } | { readonly refusal: string })

/** Stores what became of pairs, and adds what was written to what the book should show. */
export async function storeWritten(tx: Sql, written: readonly Written[]): Promise<void> {
  await tx.query(
    `WITH stored AS (
       UPDATE mirror.pairs p SET state = CASE WHEN r.book_id IS NULL THEN 'refused' ELSE 'written' END,
         book_id = r.book_id, refusal = r.refusal
       FROM json_to_recordset($1::text::json) AS r(place bigint, book_id text, refusal text)
       WHERE p.place = r.place AND p.state = 'queued'
       RETURNING p.state, p.source, p.destination, p.asset, p.amount
     ), sides AS (
       SELECT source AS control, asset, amount AS debit FROM stored WHERE state = 'written'
       UNION ALL SELECT destination, asset, -amount FROM stored WHERE state = 'written'
     ), sums AS (
       SELECT control, asset, sum(debit)::bigint AS debit FROM sides GROUP BY control, asset
     )
     UPDATE mirror.accounts a SET debit = a.debit + s.debit FROM sums s WHERE a.control = s.control AND a.asset = s.asset`,
    [
      rowsParameter(
        written.map((one) => ({
          place: one.place.toString(),
          book_id: 'bookId' in one ? one.bookId : null,
          refusal: 'refusal' in one ? one.refusal : null,
        })),
      ),
    ],
  )
}

/** Queued pairs, counted no further than `most`. */
export async function countQueued(sql: Sql, most: number): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM mirror.pairs WHERE state = 'queued' LIMIT $1) AS queued`,
    [most],
  )
  return Number(row?.count ?? 0)
}

/** When the oldest queued pair was posted in the ledger. */
export async function oldestQueuedMs(sql: Sql): Promise<number | undefined> {
  const [row] = await sql.query<{ at: Date }>(
    `SELECT at FROM mirror.pairs WHERE state = 'queued' ORDER BY ordinal, place LIMIT 1`,
  )
  return row?.at.getTime()
}

/** Replaces the oldest queued pairs that were never tried by one summary for each pair of accounts and hour. Answers with how many went. */
export async function summarise(tx: Sql, limit: number): Promise<number> {
  const rows = await tx.query<{ replaced: bigint }>(
    `WITH oldest AS (
       SELECT place, ordinal, source, destination, asset, amount, date_trunc('hour', at, 'UTC') AS hour FROM mirror.pairs
       WHERE state = 'queued' AND NOT tried AND stands_for IS NULL ORDER BY ordinal, place LIMIT $1 FOR UPDATE
     ), groups AS (
       SELECT source, destination, asset, hour, min(ordinal) AS ordinal, sum(amount)::bigint AS amount, count(*)::int AS stands_for,
         'summary:' || min(place) AS external_id
       FROM oldest GROUP BY source, destination, asset, hour HAVING count(*) > 1
     ), made AS (
       INSERT INTO mirror.pairs (external_id, ordinal, kind, source, destination, asset, amount, at, stands_for, state)
       SELECT external_id, ordinal, 'summary', source, destination, asset, amount, hour, stands_for, 'queued' FROM groups
     ), replaced AS (
       UPDATE mirror.pairs p SET state = 'summarised', summary = g.external_id
       FROM oldest o JOIN groups g USING (source, destination, asset, hour) WHERE p.place = o.place
       RETURNING 1
     )
     SELECT count(*) AS replaced FROM replaced`,
    [limit],
  )
  return Number(rows[0]?.replaced ?? 0)
}

export interface RefusedPair {
  readonly externalId: string
  readonly refusal: string
}

/** Pairs that the book refuses, the oldest first. */
export async function readRefused(sql: Sql, limit: number): Promise<RefusedPair[]> {
  const rows = await sql.query<{ external_id: string; refusal: string | null }>(
    `SELECT external_id, refusal FROM mirror.pairs WHERE state = 'refused' ORDER BY place LIMIT $1`,
    [limit],
  )
  return rows.map((row) => ({ externalId: row.external_id, refusal: row.refusal ?? '' }))
}

/** Queues again what the book refused: it is looked for before it is written. Answers with how many there were. */
export async function queueRefused(sql: Sql, limit: number): Promise<number> {
  const rows = await sql.query(
    `UPDATE mirror.pairs SET state = 'queued', refusal = NULL
     WHERE place IN (SELECT place FROM mirror.pairs WHERE state = 'refused' ORDER BY place LIMIT $1) RETURNING 1 AS queued`,
    [limit],
  )
  return rows.length
}
