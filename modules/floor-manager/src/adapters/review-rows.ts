import { type Dossier, type ModuleName, dossierSchema, encodeBody } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { ZodError } from 'zod'

export interface ReviewRow {
  readonly eventKey: string
  readonly raisedBy: ModuleName
  readonly reason: string
  readonly facts: Readonly<Record<string, string>>
  readonly dossier: Dossier
  readonly trace: string
  readonly openedAtMs: number
  readonly decision: 'confirm' | 'refuse' | undefined
  readonly decisionReason: string | undefined
  readonly decidedBy: string | undefined
  readonly decidedAtMs: number | undefined
}

/** What a list of reviews shows of one. */
export interface ReviewLine extends Pick<
  ReviewRow,
  | 'eventKey'
  | 'raisedBy'
  | 'reason'
  | 'facts'
  | 'openedAtMs'
  | 'decision'
  | 'decisionReason'
  | 'decidedBy'
  | 'decidedAtMs'
> {
  readonly eventId: string | undefined
  readonly owner: string | undefined
  readonly intent: string | undefined
}

interface Row {
  event_key: string
  raised_by: ModuleName
  reason: string
  facts: Record<string, string>
  dossier: unknown
  trace: string
  opened_at: Date
  decision: 'confirm' | 'refuse' | null
  decision_reason: string | null
  decided_by: string | null
  decided_at: Date | null
}
const columns =
  'event_key, raised_by, reason, facts, dossier, trace, opened_at, decision, decision_reason, decided_by, decided_at'
const fromRow = (row: Row): ReviewRow => ({
  eventKey: row.event_key,
  raisedBy: row.raised_by,
  reason: row.reason,
  facts: row.facts,
  dossier: dossierSchema.parse(row.dossier),
  trace: row.trace,
  openedAtMs: row.opened_at.getTime(),
  decision: row.decision ?? undefined,
  decisionReason: row.decision_reason ?? undefined,
  decidedBy: row.decided_by ?? undefined,
  decidedAtMs: row.decided_at?.getTime(),
})

/** Opens a review; one that is there stays as it is. Answers with the row as it is now. */
export async function openReview(
  sql: Sql,
  review: Pick<ReviewRow, 'eventKey' | 'raisedBy' | 'reason' | 'facts' | 'dossier' | 'trace' | 'openedAtMs'>,
): Promise<ReviewRow | undefined> {
  await sql.query(
    `INSERT INTO floor_manager.reviews (event_key, raised_by, reason, facts, dossier, trace, opened_at)
     VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6, $7) ON CONFLICT (event_key) DO NOTHING`,
    [
      review.eventKey,
      review.raisedBy,
      review.reason,
      JSON.stringify(review.facts),
      encodeBody(review.dossier),
      review.trace,
      toTimestamp(review.openedAtMs),
    ],
  )
  return await readReview(sql, review.eventKey)
}

async function readReview(sql: Sql, eventKey: string): Promise<ReviewRow | undefined> {
  const [row] = await sql.query<Row>(`SELECT ${columns} FROM floor_manager.reviews WHERE event_key = $1`, [eventKey])
  return row && fromRow(row)
}

/** A review, or the word that this version cannot read its event. */
export async function findReview(sql: Sql, eventKey: string): Promise<ReviewRow | 'unreadable' | undefined> {
  try {
    return await readReview(sql, eventKey)
  } catch (error) {
    if (error instanceof ZodError) return 'unreadable'
    throw error
  }
}

/**
 * Open reviews, oldest first, or decided ones, newest first. Their dossiers are not read: one that this version cannot read must not hide
 * the others.
 */
export async function listReviews(sql: Sql, state: 'open' | 'decided', limit: number): Promise<ReviewLine[]> {
  const rows = await sql.query<
    Omit<Row, 'dossier' | 'trace'> & {
      event_id: string | null
      owner: string | null
      intent: string | null
    }
  >(
    `SELECT event_key, raised_by, reason, facts, opened_at, decision, decision_reason, decided_by, decided_at,
       dossier->>'eventId' AS event_id, dossier->>'owner' AS owner,
       dossier->>'intent' AS intent
     FROM floor_manager.reviews WHERE (decision IS NULL) = $2
     ORDER BY CASE WHEN $2 THEN opened_at END, decided_at DESC LIMIT $1`,
    [limit, state === 'open'],
  )
  return rows.map((row) => ({
    eventKey: row.event_key,
    eventId: row.event_id ?? undefined,
    owner: row.owner ?? undefined,
    intent: row.intent ?? undefined,
    raisedBy: row.raised_by,
    reason: row.reason,
    facts: row.facts,
    openedAtMs: row.opened_at.getTime(),
    decision: row.decision ?? undefined,
    decisionReason: row.decision_reason ?? undefined,
    decidedBy: row.decided_by ?? undefined,
    decidedAtMs: row.decided_at?.getTime(),
  }))
}

/** Decides an open review, once. Undefined where it was decided before or is not there. */
export async function decideReview(
  sql: Sql,
  eventKey: string,
  by: { decision: 'confirm' | 'refuse'; reason: string; operator: string; nowMs: number },
): Promise<ReviewRow | undefined> {
  const [row] = await sql.query<Row>(
    `UPDATE floor_manager.reviews SET decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5
     WHERE event_key = $1 AND decision IS NULL RETURNING ${columns}`,
    [eventKey, by.decision, by.reason, by.operator, toTimestamp(by.nowMs)],
  )
  return row && fromRow(row)
}
