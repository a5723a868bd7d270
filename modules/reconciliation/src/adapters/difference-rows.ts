import type { Sql } from '@species/database'
import type { Asset } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import type { DifferenceClass, Finding } from '../domain/difference.ts'

/** A difference as it is stored. Times in Unix ms. */
export interface DifferenceRow {
  readonly differenceId: string
  readonly class: DifferenceClass
  readonly subject: string
  readonly state: 'suspected' | 'open' | 'closed'
  readonly asset: Asset | undefined
  /** By how much the other side is above the ledger: micro-USDT or units. */
  readonly amount: bigint | undefined
  readonly cause: string
  readonly facts: Readonly<Record<string, string>>
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  readonly openedAtMs: number | undefined
  readonly closedAtMs: number | undefined
  readonly resolution: 'gone' | 'explained' | 'booked' | undefined
  readonly closedBy: string | undefined
  readonly reason: string | undefined
  readonly bookedTo: string | undefined
}

interface Row {
  difference_id: string
  class: DifferenceClass
  subject: string
  state: DifferenceRow['state']
  asset: Asset | null
  amount: bigint | null
  cause: string
  facts: Record<string, string>
  first_seen_at: Date
  last_seen_at: Date
  opened_at: Date | null
  closed_at: Date | null
  resolution: 'gone' | 'explained' | 'booked' | null
  closed_by: string | null
  reason: string | null
  booked_to: string | null
}
const columns =
  'difference_id, class, subject, state, asset, amount, cause, facts, first_seen_at, last_seen_at, opened_at, closed_at, resolution, closed_by, reason, booked_to'
const fromRow = (row: Row): DifferenceRow => ({
  differenceId: row.difference_id,
  class: row.class,
  subject: row.subject,
  state: row.state,
  asset: row.asset ?? undefined,
  amount: row.amount ?? undefined,
  cause: row.cause,
  facts: row.facts,
  firstSeenMs: row.first_seen_at.getTime(),
  lastSeenMs: row.last_seen_at.getTime(),
  openedAtMs: row.opened_at?.getTime(),
  closedAtMs: row.closed_at?.getTime(),
  resolution: row.resolution ?? undefined,
  closedBy: row.closed_by ?? undefined,
  reason: row.reason ?? undefined,
  bookedTo: row.booked_to ?? undefined,
})

/** Those of these classes that are not closed. */
export async function standingOf(sql: Sql, classes: readonly DifferenceClass[]): Promise<DifferenceRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM reconciliation.differences WHERE state <> 'closed' AND class = ANY($1::text[]) ORDER BY difference_id`,
    [classes],
  )
  return rows.map(fromRow)
}

/** The one about that subject which was closed last. */
export async function lastClosed(sql: Sql, name: DifferenceClass, subject: string): Promise<DifferenceRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM reconciliation.differences WHERE class = $1 AND subject = $2 AND state = 'closed'
     ORDER BY closed_at DESC, difference_id DESC LIMIT 1`,
    [name, subject],
  )
  return row && fromRow(row)
}

/** Stores a difference that is seen for the first time. False where another process has stored it meanwhile. */
export async function insertDifference(
  sql: Sql,
  differenceId: string,
  finding: Finding,
  nowMs: number,
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO reconciliation.differences (difference_id, class, subject, state, asset, amount, cause, facts, first_seen_at, last_seen_at, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $9, $10)
     ON CONFLICT (class, subject) WHERE state <> 'closed' DO NOTHING RETURNING 1 AS stored`,
    [
      differenceId,
      finding.class,
      finding.subject,
      finding.isSure ? 'open' : 'suspected',
      finding.asset ?? null,
      finding.amount?.toString() ?? null,
      finding.cause,
      JSON.stringify(finding.facts),
      toTimestamp(nowMs),
      finding.isSure ? toTimestamp(nowMs) : null,
    ],
  )
  return rows.length > 0
}

/** It is seen again; `isOpen`: it counts from now on. One that was closed meanwhile stays closed. */
export async function seeAgain(
  sql: Sql,
  differenceId: string,
  finding: Finding,
  { nowMs, isOpen, isAnother }: { nowMs: number; isOpen: boolean; isAnother: boolean },
): Promise<void> {
  await sql.query(
    `UPDATE reconciliation.differences SET last_seen_at = $2, amount = $3, cause = $4, facts = $5::text::jsonb,
       first_seen_at = CASE WHEN $7 THEN $2 ELSE first_seen_at END,
       state = CASE WHEN $6 THEN 'open' ELSE state END, opened_at = CASE WHEN $6 THEN coalesce(opened_at, $2) ELSE opened_at END
     WHERE difference_id = $1 AND state <> 'closed'`,
    [
      differenceId,
      toTimestamp(nowMs),
      finding.amount?.toString() ?? null,
      finding.cause,
      JSON.stringify(finding.facts),
      isOpen,
      isAnother,
    ],
  )
}

/** A suspicion that is not seen again never counted. */
export async function dropSuspicion(sql: Sql, differenceId: string): Promise<void> {
  await sql.query(`DELETE FROM reconciliation.differences WHERE difference_id = $1 AND state = 'suspected'`, [
    differenceId,
  ])
}

/** Ends a difference. False where it was closed before. */
export async function closeDifference(
  sql: Sql,
  differenceId: string,
  by: {
    readonly resolution: 'gone' | 'explained' | 'booked'
    readonly actor: string
    readonly reason: string
    readonly bookedTo?: string
    readonly nowMs: number
  },
): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE reconciliation.differences SET state = 'closed', closed_at = $2, resolution = $3, closed_by = $4, reason = $5, booked_to = $6
     WHERE difference_id = $1 AND state = 'open' RETURNING 1 AS closed`,
    [differenceId, toTimestamp(by.nowMs), by.resolution, by.actor, by.reason, by.bookedTo ?? null],
  )
  return rows.length > 0
}

/** One difference; `lock` keeps it as it is until the transaction ends. */
export async function findDifference(
  sql: Sql,
  differenceId: string,
  how: 'read' | 'lock' = 'read',
): Promise<DifferenceRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM reconciliation.differences WHERE difference_id = $1 ${how === 'lock' ? 'FOR UPDATE' : ''}`,
    [differenceId],
  )
  return row && fromRow(row)
}

/** Differences in one of these states, the oldest first, after the named one. */
export async function listDifferences(
  sql: Sql,
  { states, name, after, limit }: { states: readonly string[]; name?: string; after?: string; limit: number },
): Promise<DifferenceRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM reconciliation.differences WHERE state = ANY($1::text[]) AND ($2::text IS NULL OR class = $2)
       AND ($3::text IS NULL OR (first_seen_at, difference_id) >
         (SELECT first_seen_at, difference_id FROM reconciliation.differences WHERE difference_id = $3))
     ORDER BY first_seen_at, difference_id LIMIT $4`,
    [states, name ?? null, after ?? null, limit],
  )
  return rows.map(fromRow)
}

/** How many are open of each class, and since when the oldest is. */
export async function countOpen(sql: Sql): Promise<{ class: DifferenceClass; count: number; oldestMs: number }[]> {
  const rows = await sql.query<{ class: DifferenceClass; count: number; oldest: Date }>(
    `SELECT class, count(*)::integer AS count, min(opened_at) AS oldest FROM reconciliation.differences WHERE state = 'open' GROUP BY class`,
  )
  return rows.map((row) => ({ class: row.class, count: row.count, oldestMs: row.oldest.getTime() }))
}
