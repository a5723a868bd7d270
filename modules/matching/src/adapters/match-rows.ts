import { type Dossier, type Match, dossierSchema } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { assertFirst } from '@species/flow'
import { toTimestamp } from '@species/platform'

/** Matching's own row of an event. */
export interface MatchRow {
  readonly eventKey: string
  readonly outcome: 'matched' | 'refused' | 'consumed' | 'returned'
  readonly match: Match | undefined
  readonly dossier: Dossier | undefined
  readonly decidedAtMs: number
  readonly endedAtMs: number | undefined
}

/** A purchase from credit: who pays, and how much with the fee. */
export interface Purchase {
  readonly buyer: string
  readonly dueMicro: bigint
}

interface Row {
  event_key: string
  outcome: MatchRow['outcome']
  match: unknown
  dossier: unknown
  decided_at: Date
  ended_at: Date | null
}
const matchSchema = dossierSchema.shape.match.unwrap()

/** Rows of these events; with `lock`, in sorted order and held until the transaction ends. */
export async function readMatches(
  sql: Sql,
  eventKeys: readonly string[],
  lock: boolean,
): Promise<Map<string, MatchRow>> {
  const rows = await sql.query<Row>(
    `SELECT event_key, outcome, match, dossier, decided_at, ended_at FROM matching.matches
     WHERE event_key = ANY($1::uuid[]) ORDER BY event_key ${lock ? 'FOR UPDATE' : ''}`,
    [eventKeys],
  )
  return new Map(
    rows.map((row) => [
      row.event_key,
      {
        eventKey: row.event_key,
        outcome: row.outcome,
        match: row.match === null ? undefined : matchSchema.parse(row.match),
        dossier: row.dossier === null ? undefined : dossierSchema.parse(row.dossier),
        decidedAtMs: row.decided_at.getTime(),
        endedAtMs: row.ended_at?.getTime(),
      },
    ]),
  )
}

/** Events that were matched before then and have neither settled nor come back, as far as matching has heard. */
/** When the oldest open match is as old as `ageMs`. */
export const matchesDue = (ageMs: number): string =>
  `SELECT min(decided_at) + interval '${ageMs + 1} milliseconds' FROM matching.matches WHERE outcome = 'matched'`

export async function openMatches(sql: Sql, beforeMs: number, limit: number): Promise<string[]> {
  const rows = await sql.query<{ event_key: string }>(
    `SELECT event_key FROM matching.matches WHERE outcome = 'matched' AND decided_at < $1 ORDER BY decided_at LIMIT $2`,
    [toTimestamp(beforeMs), limit],
  )
  return rows.map((row) => row.event_key)
}

/** Purchases from credit of these buyers that have neither settled nor come back, as far as matching has heard. */
export async function openPurchases(
  tx: Sql,
  buyers: readonly string[],
): Promise<(Purchase & { readonly eventKey: string })[]> {
  const rows = await tx.query<{ event_key: string; buyer: string; due_micro: bigint }>(
    `SELECT event_key, buyer, due_micro FROM matching.matches
     WHERE outcome = 'matched' AND due_micro IS NOT NULL AND buyer = ANY($1::text[])`,
    [buyers],
  )
  return rows.map((row) => ({ eventKey: row.event_key, buyer: row.buyer, dueMicro: row.due_micro }))
}

/** Stores first decisions. Where another process was faster the whole batch is given up and comes again. */
export async function insertMatches(
  tx: Sql,
  rows: readonly (MatchRow & { readonly purchase?: Purchase; readonly isPurchase?: boolean })[],
): Promise<void> {
  if (rows.length === 0) return
  const inserted = await tx.query(
    `INSERT INTO matching.matches (event_key, outcome, match, dossier, decided_at, ended_at, buyer, due_micro, is_purchase)
     SELECT event_key, outcome, match, dossier, decided_at, ended_at, buyer, due_micro, is_purchase FROM json_to_recordset($1::text::json)
       AS r(event_key uuid, outcome text, match jsonb, dossier jsonb, decided_at timestamptz, ended_at timestamptz, buyer text, due_micro bigint,
         is_purchase boolean)
     ORDER BY event_key ON CONFLICT (event_key) DO NOTHING RETURNING event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          ...toRow(row),
          buyer: row.purchase?.buyer,
          due_micro: row.purchase?.dueMicro,
          is_purchase: row.isPurchase === true ? true : undefined,
        })),
      ),
    ],
  )
  assertFirst(inserted, rows)
}

/** Ends rows: consumed by settlement, or returned. */
export async function endMatches(tx: Sql, rows: readonly MatchRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `UPDATE matching.matches m SET outcome = r.outcome, dossier = r.dossier, ended_at = r.ended_at
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, dossier jsonb, ended_at timestamptz)
     WHERE m.event_key = ANY($2::uuid[]) AND m.event_key = r.event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          event_key: row.eventKey,
          outcome: row.outcome,
          dossier: row.dossier,
          ended_at: row.endedAtMs === undefined ? undefined : toTimestamp(row.endedAtMs),
        })),
      ),
      rows.map((row) => row.eventKey),
    ],
  )
}

/** Reservations of these events that are still held. */
export async function readReservations(
  tx: Sql,
  eventKeys: readonly string[],
): Promise<{ eventKey: string; listingId: string; units: bigint }[]> {
  const rows = await tx.query<{ event_key: string; listing_id: string; units: bigint }>(
    `SELECT event_key, listing_id, units FROM matching.reservations WHERE event_key = ANY($1::uuid[]) AND status = $2`,
    // A parameter, so that the plan is by event and not by the index of what is reserved, full of what was a moment ago.
    [eventKeys, 'reserved'],
  )
  return rows.map((row) => ({ eventKey: row.event_key, listingId: row.listing_id, units: row.units }))
}

export async function insertReservations(
  tx: Sql,
  rows: readonly { eventKey: string; listingId: string; units: bigint }[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `INSERT INTO matching.reservations (event_key, listing_id, units, status)
     SELECT event_key, listing_id, units, 'reserved' FROM json_to_recordset($1::text::json) AS r(event_key uuid, listing_id text, units bigint)`,
    [rowsParameter(rows.map((row) => ({ event_key: row.eventKey, listing_id: row.listingId, units: row.units })))],
  )
}

export async function endReservations(
  tx: Sql,
  eventKeys: readonly string[],
  status: 'consumed' | 'returned',
): Promise<void> {
  if (eventKeys.length > 0)
    await tx.query(`UPDATE matching.reservations SET status = $2 WHERE event_key = ANY($1::uuid[]) AND status = $3`, [
      eventKeys,
      status,
      'reserved',
    ])
}

function toRow(row: MatchRow): object {
  return {
    event_key: row.eventKey,
    outcome: row.outcome,
    match: row.match,
    dossier: row.dossier,
    decided_at: toTimestamp(row.decidedAtMs),
    ended_at: row.endedAtMs === undefined ? undefined : toTimestamp(row.endedAtMs),
  }
}
