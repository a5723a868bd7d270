import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

export const deliveryStatuses = ['pending', 'delivered', 'given_up', 'dropped'] as const

/** A delivery as the log shows it. Times in Unix ms. */
export interface DeliveryRow {
  readonly messageId: string
  readonly type: string
  readonly status: (typeof deliveryStatuses)[number]
  readonly attempts: number
  readonly createdAtMs: number
  readonly nextAtMs: number | undefined
  readonly endedAtMs: number | undefined
}

/** One attempt as the log shows it. */
export interface AttemptRow {
  readonly number: number
  readonly atMs: number
  readonly tookMs: number
  readonly statusCode: number | undefined
  readonly failure: string | undefined
  readonly answer: string
}

/** A delivery with what was sent and what was answered. */
export interface LoggedDelivery extends DeliveryRow {
  readonly body: string
  readonly log: readonly AttemptRow[]
}

interface Row {
  message_id: string
  type: string
  status: DeliveryRow['status']
  attempts: number
  created_at: Date
  next_at: Date | null
  ended_at: Date | null
}
const select = `SELECT d.message_id, m.type, d.status, d.attempts, m.created_at, d.next_at, d.ended_at`

const fromRow = (row: Row): DeliveryRow => ({
  messageId: row.message_id,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  createdAtMs: row.created_at.getTime(),
  nextAtMs: row.next_at?.getTime(),
  endedAtMs: row.ended_at?.getTime(),
})

/** Deliveries of an endpoint, newest first, before that one. */
export async function deliveriesOf(
  sql: Sql,
  endpointId: string,
  page: { before: string | undefined; status: DeliveryRow['status'] | undefined; limit: number },
): Promise<DeliveryRow[]> {
  const rows = await sql.query<Row>(
    `${select} FROM webhooks.deliveries d JOIN webhooks.messages m USING (message_id)
     WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.status = $2)
       AND ($3::text IS NULL OR d.seq < (SELECT seq FROM webhooks.deliveries WHERE endpoint_id = $1 AND message_id = $3))
     ORDER BY d.seq DESC LIMIT $4`,
    [endpointId, page.status ?? null, page.before ?? null, page.limit],
  )
  return rows.map(fromRow)
}

/** Attempts of one delivery that are shown: the newest. */
const shownAttempts = 50

export async function deliveryOf(sql: Sql, endpointId: string, messageId: string): Promise<LoggedDelivery | undefined> {
  const [row] = await sql.query<Row & { body: string }>(
    `${select}, m.body FROM webhooks.deliveries d JOIN webhooks.messages m USING (message_id)
     WHERE d.endpoint_id = $1 AND d.message_id = $2`,
    [endpointId, messageId],
  )
  if (!row) return undefined
  const log = await sql.query<{
    number: number
    at: Date
    took_ms: number
    status_code: number | null
    failure: string | null
    answer: string
  }>(
    `SELECT number, at, took_ms, status_code, failure, answer FROM webhooks.attempts
     WHERE endpoint_id = $1 AND message_id = $2 ORDER BY number DESC LIMIT $3`,
    [endpointId, messageId, shownAttempts],
  )
  const attempts = log.map((one) => ({
    number: one.number,
    atMs: one.at.getTime(),
    tookMs: one.took_ms,
    statusCode: one.status_code ?? undefined,
    failure: one.failure ?? undefined,
    answer: one.answer,
  }))
  return { ...fromRow(row), body: row.body, log: attempts }
}

/** Makes a delivery due now, with all its tries before it. Answers whether there is one. */
export async function resend(sql: Sql, endpointId: string, messageId: string, nowMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE webhooks.deliveries SET status = 'pending', tries = 0, next_at = $3, ended_at = NULL
     WHERE endpoint_id = $1 AND message_id = $2 RETURNING message_id`,
    [endpointId, messageId, toTimestamp(nowMs)],
  )
  return rows.length > 0
}

/** Deliveries that wait, counted up to `atMost`. */
export async function countPending(sql: Sql, atMost: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM (SELECT 1 FROM webhooks.deliveries WHERE status = 'pending' LIMIT $1) AS counted`,
    [atMost],
  )
  return row?.count ?? 0
}

/**
 * Removes deliveries that ended before then and those of deleted endpoints, then messages without any and endpoints without any; at most
 * so many of each. Answers with the number of deliveries.
 */
export async function forget(sql: Sql, { beforeMs, atMost }: { beforeMs: number; atMost: number }): Promise<number> {
  const before = toTimestamp(beforeMs)
  const removed = await sql.query(
    `DELETE FROM webhooks.deliveries WHERE (message_id, endpoint_id) IN (
       (SELECT d.message_id, d.endpoint_id FROM webhooks.messages m JOIN webhooks.deliveries d USING (message_id)
        WHERE m.created_at < $1 AND d.status <> 'pending' LIMIT $2)
       UNION
       (SELECT d.message_id, d.endpoint_id FROM webhooks.endpoints e JOIN webhooks.deliveries d USING (endpoint_id)
        WHERE e.status = 'deleted' LIMIT $2)) RETURNING message_id`,
    [before, atMost],
  )
  await sql.query(
    `DELETE FROM webhooks.messages WHERE message_id IN (
       SELECT message_id FROM webhooks.messages m WHERE created_at < $1
         AND NOT EXISTS (SELECT 1 FROM webhooks.deliveries d WHERE d.message_id = m.message_id) LIMIT $2)`,
    [before, atMost],
  )
  await sql.query(
    `DELETE FROM webhooks.endpoints WHERE endpoint_id IN (
       SELECT endpoint_id FROM webhooks.endpoints e WHERE status = 'deleted'
         AND NOT EXISTS (SELECT 1 FROM webhooks.deliveries d WHERE d.endpoint_id = e.endpoint_id) LIMIT $1)`,
    [atMost],
  )
  return removed.length
}
