import { type Dossier, type OracleWord, dossierSchema } from '@species/contracts'
import { unparked } from '@species/bus'
import { type Sql, rowsParameter } from '@species/database'
import type { DueRow } from '@species/flow'
import { toTimestamp } from '@species/platform'

/** What the oracle said of an event, or that it is still asked. */
export interface VerificationRow {
  readonly eventKey: string
  readonly outcome: 'confirmed' | 'waiting' | 'review'
  readonly oracle: OracleWord | undefined
  readonly dossier: Dossier | undefined
  readonly trace: string
  readonly reason: string | undefined
  readonly checks: number
  readonly dueAtMs: number | undefined
  readonly untilMs: number
  readonly decidedAtMs: number
}

interface Row {
  event_key: string
  outcome: VerificationRow['outcome']
  oracle: unknown
  dossier: unknown
  trace: string
  reason: string | null
  checks: number
  due_at: Date | null
  until_at: Date | null
  decided_at: Date
}
const columns = 'event_key, outcome, oracle, dossier, trace, reason, checks, due_at, until_at, decided_at'
const oracleSchema = dossierSchema.shape.oracle.unwrap()

function fromRow(row: Row): VerificationRow {
  return {
    eventKey: row.event_key,
    outcome: row.outcome,
    oracle: row.oracle === null ? undefined : oracleSchema.parse(row.oracle),
    dossier: row.dossier === null ? undefined : dossierSchema.parse(row.dossier),
    trace: row.trace,
    reason: row.reason ?? undefined,
    checks: row.checks,
    dueAtMs: row.due_at?.getTime(),
    untilMs: row.until_at?.getTime() ?? 0,
    decidedAtMs: row.decided_at.getTime(),
  }
}

export async function readVerifications(sql: Sql, eventKeys: readonly string[]): Promise<Map<string, VerificationRow>> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM floor_manager.verifications WHERE event_key = ANY($1::uuid[])`,
    [eventKeys],
  )
  return new Map(rows.map((row) => [row.event_key, fromRow(row)]))
}

/** Stores what is new or still waiting; a decided row never changes. Answers with the keys that were stored. */
export async function storeVerifications(sql: Sql, rows: readonly VerificationRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const stored = await sql.query<{ event_key: string }>(
    `INSERT INTO floor_manager.verifications (${columns})
     SELECT ${columns} FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, oracle jsonb, dossier jsonb, trace text,
       reason text, checks integer, due_at timestamptz, until_at timestamptz, decided_at timestamptz) ORDER BY event_key
     ON CONFLICT (event_key) DO UPDATE SET outcome = excluded.outcome, oracle = excluded.oracle, dossier = excluded.dossier,
       reason = excluded.reason, checks = excluded.checks, due_at = excluded.due_at, decided_at = excluded.decided_at
     WHERE verifications.outcome = 'waiting' RETURNING event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          event_key: row.eventKey,
          outcome: row.outcome,
          oracle: row.oracle,
          dossier: row.dossier,
          trace: row.trace,
          reason: row.reason,
          checks: row.checks,
          due_at: row.dueAtMs === undefined ? undefined : toTimestamp(row.dueAtMs),
          until_at: toTimestamp(row.untilMs),
          decided_at: toTimestamp(row.decidedAtMs),
        })),
      ),
    ],
  )
  return new Set(stored.map((row) => row.event_key))
}

/** The job that asks again for what is due, as its dead letters name it. */
export const dueJob = 'oracle-due'

/** When the first verification is due. */
export const verificationsDue = `SELECT min(due_at) FROM floor_manager.verifications WHERE outcome = 'waiting'`

/** Takes waiting verifications that are due, putting their next time off. */
export async function takeDueVerifications(
  sql: Sql,
  nowMs: number,
  leaseMs: number,
  limit: number,
): Promise<DueRow<VerificationRow>[]> {
  const rows = await sql.query<Row>(
    `UPDATE floor_manager.verifications SET due_at = $2 WHERE event_key IN (
       SELECT event_key FROM floor_manager.verifications WHERE outcome = 'waiting' AND due_at <= $1
         AND ${unparked(dueJob, 'event_key::text')}
       ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING ${columns}`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit],
  )
  return rows.map((row) => ({
    topic: 'delivered',
    key: row.event_key,
    trace: row.trace,
    body: row.dossier,
    read: () => fromRow(row),
  }))
}
