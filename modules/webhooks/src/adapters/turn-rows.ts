import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { AfterTurn, Health } from '../domain/delivery.ts'

/** An endpoint whose turn it is, leased to this process. */
export interface Turn extends Health {
  readonly endpointId: string
  readonly owner: string
  readonly url: string
  readonly lease: string
}

interface TurnRow {
  endpoint_id: string
  owner: string
  url: string
  failures: number
  failing_since: Date | null
}

/** When the first delivery is due. Its endpoint may rest or have its turn, and then there is nothing to do yet. */
export const deliveriesDue = `SELECT min(next_at) FROM webhooks.deliveries WHERE status = 'pending'`

/**
 * Leases endpoints that have something due: the one that waited longest first, and of each owner at most so many at once over all
 * processes. It looks at one row of each endpoint that has anything pending, however much that is.
 */
export async function takeTurns(
  sql: Sql,
  {
    nowMs,
    lease,
    leaseMs,
    atMost,
    perOwner,
  }: { nowMs: number; lease: string; leaseMs: number; atMost: number; perOwner: number },
): Promise<Turn[]> {
  const rows = await sql.query<TurnRow>(
    `WITH RECURSIVE pending(endpoint_id) AS (
       (SELECT endpoint_id FROM webhooks.deliveries WHERE status = 'pending' ORDER BY endpoint_id LIMIT 1)
       UNION ALL
       SELECT (SELECT d.endpoint_id FROM webhooks.deliveries d
         WHERE d.status = 'pending' AND d.endpoint_id > p.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
       FROM pending p WHERE p.endpoint_id IS NOT NULL
     ), ready AS (
       SELECT e.endpoint_id, e.last_turn_at,
         row_number() OVER (PARTITION BY e.owner ORDER BY e.last_turn_at NULLS FIRST, e.endpoint_id)
           + (SELECT count(*) FROM webhooks.endpoints l WHERE l.owner = e.owner AND l.leased_until > $1) AS place
       FROM pending p JOIN webhooks.endpoints e USING (endpoint_id)
       WHERE e.status = 'active'
         AND (e.leased_until IS NULL OR e.leased_until <= $1) AND (e.rest_until IS NULL OR e.rest_until <= $1)
         AND EXISTS (SELECT 1 FROM webhooks.deliveries d
           WHERE d.endpoint_id = e.endpoint_id AND d.status = 'pending' AND d.next_at <= $1)
     ), chosen AS (
       SELECT endpoint_id FROM ready WHERE place <= $5 ORDER BY place, last_turn_at NULLS FIRST, endpoint_id LIMIT $4
     ), locked AS (
       SELECT endpoint_id FROM webhooks.endpoints WHERE endpoint_id IN (SELECT endpoint_id FROM chosen)
         AND (leased_until IS NULL OR leased_until <= $1)
       FOR UPDATE SKIP LOCKED
     )
     UPDATE webhooks.endpoints e SET leased_until = $2, lease = $3, last_turn_at = $1
     FROM locked WHERE e.endpoint_id = locked.endpoint_id
     RETURNING e.endpoint_id, e.owner, e.url, e.failures, e.failing_since`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), lease, atMost, perOwner],
  )
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    owner: row.owner,
    url: row.url,
    lease,
    failures: row.failures,
    failingSinceMs: row.failing_since?.getTime(),
  }))
}

/** A message that is due for an endpoint. */
export interface DueDelivery {
  readonly messageId: string
  readonly endpointId: string
  readonly key: string
  readonly body: string
  readonly tries: number
}

/** What is due for an endpoint: of each key only the earliest that is pending. */
export async function dueOf(sql: Sql, endpointId: string, nowMs: number, atMost: number): Promise<DueDelivery[]> {
  const rows = await sql.query<{ message_id: string; key: string; body: string; tries: number }>(
    `SELECT d.message_id, d.key, m.body, d.tries FROM webhooks.deliveries d JOIN webhooks.messages m USING (message_id)
     WHERE d.endpoint_id = $1 AND d.status = 'pending' AND d.next_at <= $2
       AND NOT EXISTS (SELECT 1 FROM webhooks.deliveries b
         WHERE b.endpoint_id = d.endpoint_id AND b.key = d.key AND b.status = 'pending' AND b.seq < d.seq)
     ORDER BY d.next_at, d.seq LIMIT $3`,
    [endpointId, toTimestamp(nowMs), atMost],
  )
  return rows.map((row) => ({
    messageId: row.message_id,
    endpointId,
    key: row.key,
    body: row.body,
    tries: row.tries,
  }))
}

/** An attempt that was made. */
export interface Attempt {
  readonly delivery: DueDelivery
  readonly atMs: number
  readonly tookMs: number
  readonly statusCode: number | undefined
  readonly failure: string | undefined
  readonly answer: string
  readonly after:
    { readonly status: 'delivered' | 'given_up' } | { readonly status: 'pending'; readonly nextAtMs: number }
}

/**
 * Stores attempts and what became of their deliveries. Later deliveries of the same key wait with one that is retried, and are due as
 * soon as it has ended.
 */
export async function storeAttempts(tx: Sql, attempts: readonly Attempt[], nowMs: number): Promise<void> {
  const rows = attempts.map(({ delivery, after, ...one }) => ({
    message_id: delivery.messageId,
    endpoint_id: delivery.endpointId,
    key: delivery.key,
    at: toTimestamp(one.atMs),
    took_ms: Math.round(one.tookMs),
    status_code: one.statusCode ?? null,
    failure: one.failure ?? null,
    answer: one.answer,
    status: after.status,
    next_at: after.status === 'pending' ? toTimestamp(after.nextAtMs) : null,
  }))
  const from = `json_to_recordset($1::text::json) AS r(message_id text, endpoint_id text, key text, at timestamptz,
    took_ms integer, status_code integer, failure text, answer text, status text, next_at timestamptz)`
  const parameter = rowsParameter(rows)
  await tx.query(
    `UPDATE webhooks.deliveries d SET status = r.status, next_at = r.next_at, tries = d.tries + 1, attempts = d.attempts + 1,
       ended_at = CASE WHEN r.status = 'pending' THEN NULL ELSE $2::timestamptz END
     FROM ${from}
     WHERE d.message_id = r.message_id AND d.endpoint_id = r.endpoint_id AND d.status = 'pending'`,
    [parameter, toTimestamp(nowMs)],
  )
  await tx.query(
    `INSERT INTO webhooks.attempts (message_id, endpoint_id, number, at, took_ms, status_code, failure, answer)
     SELECT r.message_id, r.endpoint_id, d.attempts, r.at, r.took_ms, r.status_code, r.failure, r.answer
     FROM ${from} JOIN webhooks.deliveries d USING (message_id, endpoint_id)
     ORDER BY r.message_id ON CONFLICT DO NOTHING`,
    [parameter],
  )
  await tx.query(
    `UPDATE webhooks.deliveries d SET next_at = COALESCE(r.next_at, $2::timestamptz)
     FROM ${from}
     WHERE d.endpoint_id = r.endpoint_id AND d.key = r.key AND d.status = 'pending' AND d.tries = 0
       AND d.message_id <> r.message_id`,
    [parameter, toTimestamp(nowMs)],
  )
}

/** Ends a turn, if it is still this process's: what becomes of the endpoint, and of what it has pending. */
export async function endTurn(tx: Sql, { endpointId, lease }: Turn, after: AfterTurn, nowMs: number): Promise<boolean> {
  const rests = after.kind === 'rests' ? after : undefined
  const ended = await tx.query(
    `UPDATE webhooks.endpoints SET leased_until = NULL, lease = NULL, failures = $3, failing_since = $4, rest_until = $5,
       status = CASE WHEN $6::text IS NULL OR status <> 'active' THEN status ELSE 'disabled' END,
       disabled_for = CASE WHEN status = 'active' THEN $6::text ELSE disabled_for END,
       disabled_at = CASE WHEN $6::text IS NULL OR status <> 'active' THEN disabled_at ELSE $7::timestamptz END
     WHERE endpoint_id = $1 AND lease = $2 RETURNING endpoint_id`,
    [
      endpointId,
      lease,
      rests?.failures ?? 0,
      rests?.failingSinceMs === undefined ? null : toTimestamp(rests.failingSinceMs),
      rests ? toTimestamp(rests.untilMs) : null,
      after.kind === 'disabled' ? after.for : null,
      toTimestamp(nowMs),
    ],
  )
  if (ended.length === 0) return false
  if (after.kind === 'disabled') await giveUpPending(tx, endpointId, nowMs)
  return true
}

/** Gives up all that an endpoint has pending. */
export async function giveUpPending(tx: Sql, endpointId: string, nowMs: number): Promise<void> {
  await tx.query(
    `UPDATE webhooks.deliveries SET status = 'given_up', next_at = NULL, ended_at = $2
     WHERE endpoint_id = $1 AND status = 'pending'`,
    [endpointId, toTimestamp(nowMs)],
  )
}
