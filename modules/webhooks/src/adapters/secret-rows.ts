import type { Sql } from '@species/database'
import { type Sealer, toTimestamp } from '@species/platform'

interface Row {
  endpoint_id: string
  secret_id: string
  sealed: string
}

const contextOf = (endpointId: string, secretId: string): string => `webhook:${endpointId}:${secretId}`

/** Keeps a secret of an endpoint, sealed for it. */
export async function insertSecret(
  sql: Sql,
  sealer: Sealer,
  one: { endpointId: string; secretId: string; bytes: Uint8Array; createdAtMs: number },
): Promise<void> {
  await sql.query('INSERT INTO webhooks.secrets (endpoint_id, secret_id, sealed, created_at) VALUES ($1, $2, $3, $4)', [
    one.endpointId,
    one.secretId,
    sealer.seal(one.bytes, contextOf(one.endpointId, one.secretId)),
    toTimestamp(one.createdAtMs),
  ])
}

/**
 * Ends the secrets of an endpoint that are in force: at `endsAtMs`, or before where one ended sooner. Of those that are still in force
 * then, only the newest `kept` go on. Those that ended before `endedMs` are removed.
 */
export async function endSecrets(
  sql: Sql,
  endpointId: string,
  { endsAtMs, endedMs, kept }: { endsAtMs: number; endedMs: number; kept: number },
): Promise<void> {
  await sql.query(
    `WITH ranked AS (
       SELECT secret_id, row_number() OVER (ORDER BY created_at DESC, secret_id) AS place
       FROM webhooks.secrets WHERE endpoint_id = $1)
     DELETE FROM webhooks.secrets s USING ranked r
     WHERE s.endpoint_id = $1 AND s.secret_id = r.secret_id AND (r.place > $2 OR s.ends_at <= $3)`,
    [endpointId, kept, toTimestamp(endedMs)],
  )
  await sql.query(
    'UPDATE webhooks.secrets SET ends_at = LEAST(COALESCE(ends_at, $2::timestamptz), $2::timestamptz) WHERE endpoint_id = $1',
    [endpointId, toTimestamp(endsAtMs)],
  )
}

/** The secrets that sign now, the newest first. */
export async function secretsInForce(
  sql: Sql,
  sealer: Pick<Sealer, 'open'>,
  endpointId: string,
  nowMs: number,
): Promise<Uint8Array[]> {
  const rows = await sql.query<Row>(
    `SELECT endpoint_id, secret_id, sealed FROM webhooks.secrets
     WHERE endpoint_id = $1 AND (ends_at IS NULL OR ends_at > $2) ORDER BY created_at DESC, secret_id`,
    [endpointId, toTimestamp(nowMs)],
  )
  return rows.map((row) => sealer.open(row.sealed, contextOf(row.endpoint_id, row.secret_id)))
}
