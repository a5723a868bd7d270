import {
  type AssetManagerQueries,
  type Awaiting,
  type Dossier,
  type MoveRequest,
  type StageMark,
  dossierSchema,
  encodeBody,
} from '@species/contracts'
import { unparked } from '@species/bus'
import { type Sql, rowsParameter } from '@species/database'
import type { DueRow } from '@species/flow'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'

type DeliveryOutcome = 'attempted' | 'waiting' | 'delivered' | 'cancelled' | 'review'

/** The asset-manager's own row of an event. */
export interface DeliveryRow {
  readonly eventKey: string
  readonly outcome: DeliveryOutcome
  readonly request: MoveRequest | undefined
  readonly operationId: string | undefined
  readonly dossier: Dossier | undefined
  readonly trace: string
  readonly reason: string | undefined
  readonly checks: number
  readonly untilMs: number
  readonly decidedAtMs: number
  /** False where it is certain that the partner was never called with the request before. */
  readonly sent: boolean
}

const digits = z.string().transform((text) => BigInt(text))
const requestSchema = z.union([
  z.strictObject({ kind: z.literal('issue'), key: z.string(), toVault: z.string(), units: digits }),
  z.strictObject({
    kind: z.literal('change_owner'),
    key: z.string(),
    fromVault: z.string(),
    toVault: z.string(),
    units: digits,
    consentUntilMs: z.number(),
  }),
])

interface Row {
  event_key: string
  outcome: DeliveryOutcome
  request: unknown
  operation_id: string | null
  dossier: unknown
  trace: string | null
  reason: string | null
  checks: number
  until_at: Date | null
  decided_at: Date
  attempted_at: Date | null
}
const columns =
  'event_key, outcome, request, operation_id, dossier, trace, reason, checks, until_at, decided_at, attempted_at'

function fromRow(row: Row): DeliveryRow {
  return {
    eventKey: row.event_key,
    outcome: row.outcome,
    request: row.request === null ? undefined : requestSchema.parse(row.request),
    operationId: row.operation_id ?? undefined,
    dossier: row.dossier === null ? undefined : dossierSchema.parse(row.dossier),
    trace: row.trace ?? '',
    reason: row.reason ?? undefined,
    checks: row.checks,
    untilMs: row.until_at?.getTime() ?? 0,
    decidedAtMs: row.decided_at.getTime(),
    sent: row.attempted_at !== null,
  }
}

export async function readDeliveries(
  sql: Sql,
  eventKeys: readonly string[],
  lock: boolean,
): Promise<Map<string, DeliveryRow>> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM asset_manager.deliveries WHERE event_key = ANY($1::uuid[]) ORDER BY event_key ${lock ? 'FOR UPDATE' : ''}`,
    [eventKeys],
  )
  return new Map(rows.map((row) => [row.event_key, fromRow(row)]))
}

/**
 * Stores rows that are not there yet and answers with the keys that were new: of two who try, one may go on. Of an attempt the
 * dossier is left out: nearly always the partner's answer is there a moment later, and it is not needed. Where it is not, the
 * outcome is stored with it; where the process dies before that, the event's message comes again, and brings it
 * ({@link completeAttempts}).
 */
export async function insertDeliveries(
  sql: Sql,
  rows: readonly DeliveryRow[],
  dueAtMs: number | undefined,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const inserted = await sql.query<{ event_key: string }>(
    `INSERT INTO asset_manager.deliveries (event_key, outcome, request, dossier, trace, due_at, checks, until_at, attempted_at, decided_at)
     SELECT event_key, outcome, request, dossier, trace, $2, 0, until_at, CASE WHEN outcome = 'attempted' THEN decided_at END, decided_at
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, request jsonb, dossier jsonb, trace text, until_at timestamptz, decided_at timestamptz)
     ORDER BY event_key ON CONFLICT (event_key) DO NOTHING RETURNING event_key`,
    [rowsParameter(rows.map(toRow)), dueAtMs === undefined ? null : toTimestamp(dueAtMs)],
  )
  return new Set(inserted.map((row) => row.event_key))
}

/** Gives attempts that somebody died over what they lack to be asked for: their dossiers. */
export async function completeAttempts(sql: Sql, attempts: readonly Dossier[]): Promise<void> {
  if (attempts.length === 0) return
  const dossiers = inOrder(attempts)
  await sql.query(
    `UPDATE asset_manager.deliveries d SET dossier = r.dossier
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, dossier jsonb)
     WHERE d.event_key = ANY($2::uuid[]) AND d.event_key = r.event_key AND d.outcome = 'attempted' AND d.dossier IS NULL`,
    [
      rowsParameter(dossiers.map((dossier) => ({ event_key: dossier.eventKey, dossier }))),
      dossiers.map((dossier) => dossier.eventKey),
    ],
  )
}

export interface DeliveryChange {
  readonly eventKey: string
  readonly outcome: DeliveryOutcome
  readonly operationId: string | undefined
  /** Replaces the stored one; delivered rows need none. */
  readonly dossier: Dossier | undefined
  readonly reason: string | undefined
  readonly dueAtMs: number | undefined
  readonly untilMs: number | undefined
  readonly nowMs: number
  /** Whether the partner was called at all; what a breaker refused is no attempt. */
  readonly asked: boolean
  /** Certain that the request was never sent: then it may be, once, even to a partner who honours no keys. */
  readonly unsent: boolean
}

/**
 * Records what became of open deliveries. Only open rows change, so an answer that comes after an operator's decision, or
 * twice, changes nothing; nor does a slow one take back that consent is awaited. Answers with the keys that changed.
 */
export async function recordOutcomes(sql: Sql, outcomes: readonly DeliveryChange[]): Promise<Set<string>> {
  if (outcomes.length === 0) return new Set()
  const changes = inOrder(outcomes)
  const rows = await sql.query<{ event_key: string }>(
    `UPDATE asset_manager.deliveries d SET outcome = r.outcome, operation_id = coalesce(r.operation_id, d.operation_id),
       dossier = r.dossier,
       reason = r.reason, due_at = r.due_at, checks = d.checks + r.asks, until_at = coalesce(r.until_at, d.until_at),
       decided_at = CASE WHEN d.outcome = r.outcome THEN d.decided_at ELSE r.now_at END,
       attempted_at = CASE WHEN r.unsent THEN NULL ELSE d.attempted_at END
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, operation_id text, dossier jsonb, reason text,
       due_at timestamptz, until_at timestamptz, now_at timestamptz, asks integer, unsent boolean)
     WHERE d.event_key = ANY($2::uuid[]) AND d.event_key = r.event_key AND d.outcome = ANY($3::text[])
       AND NOT (d.outcome = 'waiting' AND r.outcome = 'attempted') RETURNING d.event_key`,
    [
      rowsParameter(
        changes.map((change) => ({
          event_key: change.eventKey,
          outcome: change.outcome,
          operation_id: change.operationId,
          dossier: change.dossier,
          reason: change.reason,
          due_at: timestamp(change.dueAtMs),
          until_at: timestamp(change.untilMs),
          now_at: toTimestamp(change.nowMs),
          asks: change.asked ? 1 : 0,
          unsent: change.unsent,
        })),
      ),
      // By key, and not by the index of open rows, which is full of entries of rows that ended a moment ago.
      changes.map((change) => change.eventKey),
      ['attempted', 'waiting'],
    ],
  )
  return new Set(rows.map((row) => row.event_key))
}

/** An operator's word ends what is not cancelled yet, whatever it is. */
export async function cancelByOperator(sql: Sql, eventKey: string, dossier: Dossier, nowMs: number): Promise<void> {
  await sql.query(
    `UPDATE asset_manager.deliveries SET outcome = 'cancelled', dossier = $2::text::jsonb, due_at = NULL, decided_at = $3 WHERE event_key = $1`,
    [eventKey, encodeBody(dossier), toTimestamp(nowMs)],
  )
}

/** The job that asks again for what is due, as its dead letters name it. */
export const dueJob = 'deliveries-due'

/** When the first open delivery is due. */
export const deliveriesDue = `SELECT min(due_at) FROM asset_manager.deliveries
  WHERE outcome IN ('attempted', 'waiting') AND dossier IS NOT NULL`

/**
 * Takes open deliveries that are due and know their dossier, putting their next time off: two processes never ask for the same one at once. One that
 * was never sent counts as sent from here on, and only who takes it now is told that it was not.
 */
export async function takeDue(sql: Sql, nowMs: number, untilMs: number, limit: number): Promise<DueRow<DeliveryRow>[]> {
  const rows = await sql.query<Row & { was_sent: boolean }>(
    `WITH due AS (
       SELECT event_key, attempted_at IS NOT NULL AS was_sent FROM asset_manager.deliveries
       WHERE outcome IN ('attempted', 'waiting') AND dossier IS NOT NULL AND due_at <= $1
         AND ${unparked(dueJob, 'event_key::text')} ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE asset_manager.deliveries d SET due_at = $2, attempted_at = coalesce(d.attempted_at, $1)
     FROM due WHERE d.event_key = due.event_key RETURNING ${columns.replaceAll(/\w+/g, 'd.$&')}, due.was_sent`,
    [toTimestamp(nowMs), toTimestamp(untilMs), limit],
  )
  return rows.map((row) => ({
    topic: 'funded',
    key: row.event_key,
    trace: row.trace ?? '',
    body: row.dossier,
    read: () => ({ ...fromRow(row), sent: row.was_sent }),
  }))
}

/** Prolongs leases that no other process has taken over since they ended; answers with the keys of those. */
export async function renewLeases(
  sql: Sql,
  eventKeys: readonly string[],
  { endedAtMs, untilMs }: { endedAtMs: number; untilMs: number },
): Promise<Set<string>> {
  const rows = await sql.query<{ event_key: string }>(
    `UPDATE asset_manager.deliveries SET due_at = $3 WHERE event_key = ANY($1::uuid[]) AND due_at = $2 RETURNING event_key`,
    [eventKeys, toTimestamp(endedAtMs), toTimestamp(untilMs)],
  )
  return new Set(rows.map((row) => row.event_key))
}

/** Changes what will be asked of the partner, who was never asked. */
export async function rewriteRequests(
  sql: Sql,
  rows: readonly { eventKey: string; request: MoveRequest }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql.query(
    `UPDATE asset_manager.deliveries d SET request = r.request
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, request jsonb)
     WHERE d.event_key = ANY($2::uuid[]) AND d.event_key = r.event_key`,
    [
      rowsParameter(rows.map(({ eventKey, request }) => ({ event_key: eventKey, request }))),
      rows.map((row) => row.eventKey),
    ],
  )
}

/** After a start of the only process: every open delivery is due now. */
export async function makeAllDue(sql: Sql, nowMs: number): Promise<void> {
  await sql.query(`UPDATE asset_manager.deliveries SET due_at = $1 WHERE outcome IN ('attempted', 'waiting')`, [
    toTimestamp(nowMs),
  ])
}

const consentAwaited: Awaiting = {
  what: 'consent',
  text: 'The owner of the units has to consent to the move, in the Onli Cloud app.',
}
/** The partner was asked at least once and its answer settles nothing yet; the reason in the row is for operators. */
const deliveryAwaited: Awaiting = {
  what: 'delivery',
  text: 'Onli Cloud has not said yet whether the units moved. It is asked again by itself; do not send the event again.',
}

/** The delivery log's answers to other modules. */
export function assetManagerQueries(sql: Sql): AssetManagerQueries {
  return {
    async stageOf(eventKey) {
      // Not the request and not the dossier: of a row that this version cannot read its owner is told nevertheless.
      const [row] = await sql.query<
        Pick<Row, 'outcome' | 'reason' | 'until_at' | 'decided_at'> & { refusal: StageMark['refusal'] | null }
      >(
        `SELECT outcome, reason, until_at, decided_at, dossier->'refusal' AS refusal FROM asset_manager.deliveries WHERE event_key = $1`,
        [eventKey],
      )
      if (!row) return undefined
      const { outcome } = row
      const atMs = row.decided_at.getTime()
      const untilMs = row.until_at?.getTime() ?? 0
      if (outcome === 'waiting') return { state: 'waiting', atMs, untilMs, awaiting: consentAwaited }
      if (outcome === 'attempted')
        return row.reason === null ? undefined : { state: 'waiting', atMs, untilMs, awaiting: deliveryAwaited }
      return { state: outcome, atMs, ...(row.refusal ? { refusal: row.refusal } : {}) }
    },
  }
}

/** In the order in which everybody locks rows: who repeats a batch in another order would deadlock with its first process. */
function inOrder<Row extends { readonly eventKey: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.eventKey < b.eventKey ? -1 : 1))
}

function toRow(row: DeliveryRow): object {
  return {
    event_key: row.eventKey,
    outcome: row.outcome,
    request: row.request,
    dossier: row.outcome === 'attempted' ? undefined : row.dossier,
    trace: row.trace,
    until_at: timestamp(row.untilMs === 0 ? undefined : row.untilMs),
    decided_at: toTimestamp(row.decidedAtMs),
  }
}

function timestamp(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toTimestamp(ms)
}

/** When the oldest delivery was sent whose outcome is unknown, in Unix milliseconds. */
export async function oldestUnknownAtMs(sql: Sql): Promise<number | undefined> {
  const [row] = await sql.query<{ since: Date | null }>(
    `SELECT min(attempted_at) AS since FROM asset_manager.deliveries WHERE outcome = 'attempted'`,
  )
  return row?.since?.getTime()
}
