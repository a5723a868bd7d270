import type { WebhookType } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** A server of a user, and what it wants to be told. Times in Unix ms. */
export interface EndpointRow {
  readonly endpointId: string
  readonly owner: string
  readonly url: string
  readonly types: readonly WebhookType[]
  readonly description: string
  readonly status: 'active' | 'disabled'
  readonly disabledFor: 'owner' | 'gone' | 'failing' | undefined
  readonly disabledAtMs: number | undefined
  /** The key with which it was made. */
  readonly madeBy: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly failingSinceMs: number | undefined
}

interface Row {
  endpoint_id: string
  owner: string
  url: string
  types: WebhookType[]
  description: string
  status: 'active' | 'disabled'
  disabled_for: 'owner' | 'gone' | 'failing' | null
  disabled_at: Date | null
  made_by: string
  created_at: Date
  updated_at: Date
  failing_since: Date | null
}
const columns =
  'endpoint_id, owner, url, types, description, status, disabled_for, disabled_at, made_by, created_at, updated_at, failing_since'

const fromRow = (row: Row): EndpointRow => ({
  endpointId: row.endpoint_id,
  owner: row.owner,
  url: row.url,
  types: row.types,
  description: row.description,
  status: row.status,
  disabledFor: row.disabled_for ?? undefined,
  disabledAtMs: row.disabled_at?.getTime(),
  madeBy: row.made_by,
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
  failingSinceMs: row.failing_since?.getTime(),
})

/** The endpoints of a user, newest first. */
export async function endpointsOf(sql: Sql, owner: string): Promise<EndpointRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM webhooks.endpoints WHERE owner = $1 AND status <> 'deleted'
     ORDER BY created_at DESC, endpoint_id`,
    [owner],
  )
  return rows.map(fromRow)
}

/** One of a user's endpoints; another user's does not exist for them. `lock` keeps it as it is until the transaction ends. */
export async function findEndpoint(
  sql: Sql,
  owner: string,
  endpointId: string,
  lock: 'lock' | 'read' = 'read',
): Promise<EndpointRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM webhooks.endpoints WHERE owner = $1 AND endpoint_id = $2 AND status <> 'deleted'
     ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [owner, endpointId],
  )
  return row && fromRow(row)
}

/** How many rows a user has, with those that are deleted and not yet removed. One transaction of a user at a time counts. */
export async function countEndpoints(tx: Sql, owner: string): Promise<number> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`webhooks ${owner}`])
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM webhooks.endpoints WHERE owner = $1',
    [owner],
  )
  return row?.count ?? 0
}

export async function insertEndpoint(sql: Sql, one: EndpointRow): Promise<void> {
  await sql.query(
    `INSERT INTO webhooks.endpoints (endpoint_id, owner, url, types, description, status, made_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      one.endpointId,
      one.owner,
      one.url,
      one.types,
      one.description,
      one.status,
      one.madeBy,
      toTimestamp(one.createdAtMs),
    ],
  )
}

/** Stores what its owner changed. One that is enabled begins without failures. */
export async function updateEndpoint(sql: Sql, one: EndpointRow): Promise<void> {
  await sql.query(
    `UPDATE webhooks.endpoints SET url = $2, types = $3, description = $4, status = $5, disabled_for = $6,
       disabled_at = $7, updated_at = $8,
       failures = 0, failing_since = NULL, rest_until = NULL
     WHERE endpoint_id = $1`,
    [
      one.endpointId,
      one.url,
      one.types,
      one.description,
      one.status,
      one.disabledFor ?? null,
      one.disabledAtMs === undefined ? null : toTimestamp(one.disabledAtMs),
      toTimestamp(one.updatedAtMs),
    ],
  )
}

/** Marks it as deleted, and forgets its secrets at once. A job removes its log. */
export async function markDeleted(sql: Sql, endpointId: string, nowMs: number): Promise<void> {
  await sql.query('DELETE FROM webhooks.secrets WHERE endpoint_id = $1', [endpointId])
  await sql.query("UPDATE webhooks.endpoints SET status = 'deleted', updated_at = $2 WHERE endpoint_id = $1", [
    endpointId,
    toTimestamp(nowMs),
  ])
}
