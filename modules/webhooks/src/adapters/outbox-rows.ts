import type { Announcement } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** A message that is to be stored. */
export interface NewMessage extends Announcement {
  readonly messageId: string
  readonly once: string
  /** What is signed and sent at every attempt. */
  readonly body: string
}

/** Which of these users have an endpoint that is told anything. */
export async function listeningOwners(sql: Sql, owners: readonly string[]): Promise<ReadonlySet<string>> {
  if (owners.length === 0) return new Set()
  const rows = await sql.query<{ owner: string }>(
    "SELECT DISTINCT owner FROM webhooks.endpoints WHERE owner = ANY($1::text[]) AND status = 'active'",
    [owners],
  )
  return new Set(rows.map((row) => row.owner))
}

/**
 * Lets one transaction at a time store what is told of these keys: the order of the numbers is then the order in which they were
 * committed. Keys are locked in sorted order.
 */
export async function lockKeys(tx: Sql, keys: readonly string[]): Promise<void> {
  await tx.query(
    'SELECT pg_advisory_xact_lock(hashtextextended(k.key, 1)) FROM (SELECT DISTINCT unnest($1::text[]) AS key ORDER BY 1) AS k',
    [keys],
  )
}

/** Which of these keys have a message of one of these types. */
export async function keysWith(
  sql: Sql,
  keys: readonly string[],
  types: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ key: string }>(
    'SELECT DISTINCT key FROM webhooks.messages WHERE key = ANY($1::text[]) AND type = ANY($2::text[])',
    [keys, types],
  )
  return new Set(rows.map((row) => row.key))
}

/**
 * Stores messages, and a delivery for each active endpoint of the owner that wants the type. One that is there already changes nothing.
 * A delivery begins no sooner than an earlier one of its key that waits for its retry. What exceeds the owner's queue is stored as
 * dropped. Answers with the number of deliveries.
 */
export async function storeMessages(
  tx: Sql,
  messages: readonly NewMessage[],
  { nowMs, maxQueued }: { nowMs: number; maxQueued: number },
): Promise<number> {
  const stored = await tx.query<{ message_id: string }>(
    `INSERT INTO webhooks.messages (message_id, owner, type, key, once, body, created_at)
     SELECT message_id, owner, type, key, once, body, $2::timestamptz
     FROM json_to_recordset($1::text::json) AS r(place integer, message_id text, owner text, type text, key text, once text, body text)
     WHERE EXISTS (SELECT 1 FROM webhooks.endpoints e WHERE e.owner = r.owner AND e.status = 'active' AND r.type = ANY(e.types))
     ORDER BY place ON CONFLICT DO NOTHING RETURNING message_id`,
    [
      rowsParameter(
        messages.map((one, place) => ({
          place,
          message_id: one.messageId,
          owner: one.owner,
          type: one.type,
          key: one.key,
          once: one.once,
          body: one.body,
        })),
      ),
      toTimestamp(nowMs),
    ],
  )
  if (stored.length === 0) return 0
  const deliveries = await tx.query<{ status: string }>(
    `INSERT INTO webhooks.deliveries (message_id, endpoint_id, owner, key, status, next_at, ended_at)
     SELECT n.message_id, n.endpoint_id, n.owner, n.key,
       CASE WHEN n.fits THEN 'pending' ELSE 'dropped' END,
       CASE WHEN n.fits THEN GREATEST($2::timestamptz, (SELECT max(b.next_at) FROM webhooks.deliveries b
         WHERE b.endpoint_id = n.endpoint_id AND b.key = n.key AND b.status = 'pending')) END,
       CASE WHEN n.fits THEN NULL ELSE $2::timestamptz END
     FROM (
       SELECT m.message_id, e.endpoint_id, m.owner, m.key, t.place,
         q.queued + row_number() OVER (PARTITION BY m.owner ORDER BY t.place, e.endpoint_id) <= $3 AS fits
       FROM unnest($1::text[]) WITH ORDINALITY AS t(message_id, place)
       JOIN webhooks.messages m USING (message_id)
       JOIN webhooks.endpoints e ON e.owner = m.owner AND e.status = 'active' AND m.type = ANY(e.types)
       CROSS JOIN LATERAL (SELECT count(*) AS queued FROM (SELECT 1 FROM webhooks.deliveries d
         WHERE d.owner = m.owner AND d.status = 'pending' LIMIT $3) AS counted) AS q
     ) AS n ORDER BY n.place, n.endpoint_id
     RETURNING status`,
    [stored.map((row) => row.message_id), toTimestamp(nowMs), maxQueued],
  )
  return deliveries.length
}

/** Stores a message for one endpoint, whatever types it wants. */
export async function storeForEndpoint(
  tx: Sql,
  message: NewMessage,
  { endpointId, nowMs }: { endpointId: string; nowMs: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO webhooks.messages (message_id, owner, type, key, once, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [message.messageId, message.owner, message.type, message.key, message.once, message.body, toTimestamp(nowMs)],
  )
  await tx.query(
    `INSERT INTO webhooks.deliveries (message_id, endpoint_id, owner, key, status, next_at) VALUES ($1, $2, $3, $4, 'pending', $5)`,
    [message.messageId, endpointId, message.owner, message.key, toTimestamp(nowMs)],
  )
}

/** How many deliveries of a user wait, counted up to `atMost`. */
export async function countQueued(sql: Sql, owner: string, atMost: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM (SELECT 1 FROM webhooks.deliveries
     WHERE owner = $1 AND status = 'pending' LIMIT $2) AS counted`,
    [owner, atMost],
  )
  return row?.count ?? 0
}
