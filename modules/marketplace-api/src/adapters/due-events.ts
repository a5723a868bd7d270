import { type Dossier, dossierSchema } from '@species/contracts'
import type { DueRow } from '@species/flow'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

interface KeyRow {
  owner: string
  event_id: string
  event_key: string
  event: unknown
  key_id: string
  limits: unknown
  config_version: bigint
  classifier_version: number
  trace: string
  accepted_at: Date
  deadline_at: Date
}

const columns =
  'owner, event_id, event_key, event, key_id, limits, config_version, classifier_version, trace, accepted_at, deadline_at'

/**
 * An event in review waits for a person, and nothing drives it on. Yet of the two messages that say so one may have been lost, so
 * that it is seen by no person: its replay, now and then, opens the review again where there is none.
 */
const reviewPauseMs = 5 * 60_000

const notParked = `NOT EXISTS (SELECT 1 FROM runtime.dead_letters d WHERE d.key = k.event_key::text AND d.parked_at IS NOT NULL)`

/** When the first unfinished event is due to be driven again. */
export const eventsDue = `SELECT least(
  (SELECT next_sweep_at FROM marketplace_api.event_keys k WHERE ended_state IS NULL AND NOT in_review AND ${notParked}
    ORDER BY next_sweep_at LIMIT 1),
  (SELECT next_sweep_at + interval '${reviewPauseMs} milliseconds' FROM marketplace_api.event_keys k
    WHERE ended_state IS NULL AND in_review AND ${notParked} ORDER BY next_sweep_at LIMIT 1))`

/**
 * Takes due, unfinished events for driving again, and puts their next time off. Several processes never take the same one. What has a
 * dead letter stands still until an operator sends that again.
 */
export async function takeDueEvents(
  sql: Sql,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<DueRow<{ dossier: Dossier; trace: string; inReview: boolean }>[]> {
  const rows = await sql.query<KeyRow & { in_review: boolean }>(
    `UPDATE marketplace_api.event_keys SET sweeps = sweeps + 1,
       next_sweep_at = $1::timestamptz + least(15 * power(2, least(sweeps, 10)), 300) * interval '1 second'
     WHERE event_key IN (
       SELECT event_key FROM marketplace_api.event_keys k
       WHERE ended_state IS NULL AND next_sweep_at <= $1 AND (NOT in_review OR next_sweep_at <= $3)
         AND ${notParked}
       ORDER BY next_sweep_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}, in_review`,
    [toTimestamp(nowMs), limit, toTimestamp(nowMs - reviewPauseMs)],
  )
  return rows.map((row) => ({
    topic: 'accepted',
    key: row.event_key,
    trace: row.trace,
    body: storedDossier(row),
    read: () => ({ dossier: dossierSchema.parse(storedDossier(row)), trace: row.trace, inReview: row.in_review }),
  }))
}

/** The dossier that the row stands for, as it is stored. */
function storedDossier(row: KeyRow): object {
  return {
    eventKey: row.event_key,
    eventId: row.event_id,
    owner: row.owner,
    keyId: row.key_id,
    ...(row.limits === null ? {} : { limits: row.limits }),
    event: row.event,
    configVersion: Number(row.config_version),
    classifierVersion: row.classifier_version,
    deadlineMs: row.deadline_at.getTime(),
    times: { accepted: row.accepted_at.getTime() },
  }
}

/**
 * After a start on a bus that forgets: everything unfinished is due now, reviews too. The replay of one reaches the row that
 * says so, which opens it again or repeats its decision: either may have died with the bus.
 */
export async function makeAllDue(sql: Sql, nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE marketplace_api.event_keys SET next_sweep_at = $1, in_review = false WHERE ended_state IS NULL',
    [toTimestamp(nowMs)],
  )
}
