import { keyLimitsSchema, type KeyAlgorithm, type Scope, encodeBody } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { ApiKey, Scheme } from '../domain/api-key.ts'
import { operatorId, setupOperator } from '../domain/user.ts'

export interface KeyRow {
  readonly key_id: string
  readonly onli_id: string
  readonly alg: KeyAlgorithm
  readonly public_key: string | null
  readonly scopes: Scope[]
  readonly limits: unknown
  readonly limits_version: number
  readonly schemes: Scheme[]
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly rotated_to: string | null
  readonly allowance_id: string | null
  readonly operator_id: string | null
  readonly made_by: string | null
  readonly passkey_id: string | null
}

/** The columns of {@link KeyRow}: the sealed secret leaves the table for the verifier alone. */
export const keyColumns =
  'k.key_id, k.onli_id, k.alg, k.public_key, k.scopes, k.limits, k.limits_version, k.schemes, k.created_at, k.expires_at, k.revoked_at, k.rotated_to, k.allowance_id, k.operator_id, k.passkey_id, k.made_by'

export function keyFromRow(row: KeyRow): ApiKey {
  return {
    keyId: row.key_id,
    onliId: row.onli_id,
    alg: row.alg,
    publicKey: row.public_key ?? undefined,
    scopes: row.scopes,
    limits: row.limits === null ? undefined : keyLimitsSchema.parse(row.limits),
    limitsVersion: row.limits_version,
    schemes: row.schemes,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at?.getTime(),
    revokedAtMs: row.revoked_at?.getTime(),
    rotatedTo: row.rotated_to ?? undefined,
    allowanceId: row.allowance_id ?? row.key_id,
    passkeyId: row.passkey_id ?? undefined,
    operatorId: row.operator_id ?? (row.onli_id === operatorId ? setupOperator : undefined),
    madeBy: row.made_by ?? undefined,
  }
}

/** Keeps a new key. */
export async function insertKey(
  sql: Sql,
  key: ApiKey,
  { secretSealed }: { secretSealed: string | undefined },
): Promise<void> {
  await sql.query(
    `INSERT INTO authenticator.api_keys
       (key_id, onli_id, alg, secret_sealed, public_key, scopes, limits, limits_version, schemes, created_at, expires_at,
        allowance_id, operator_id, passkey_id, made_by)
     VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb, $8, $9::text::jsonb, $10, $11, $12, $13, $14, $15)`,
    [
      key.keyId,
      key.onliId,
      key.alg,
      secretSealed ?? null,
      key.publicKey ?? null,
      JSON.stringify(key.scopes),
      key.limits === undefined ? null : encodeBody(key.limits),
      key.limitsVersion,
      JSON.stringify(key.schemes),
      toTimestamp(key.createdAtMs),
      key.expiresAtMs === undefined ? null : toTimestamp(key.expiresAtMs),
      key.allowanceId === key.keyId ? null : key.allowanceId,
      key.operatorId ?? null,
      key.passkeyId ?? null,
      key.madeBy ?? null,
    ],
  )
}

export async function findKey(sql: Sql, keyId: string): Promise<ApiKey | undefined> {
  const [row] = await sql.query<KeyRow>(`SELECT ${keyColumns} FROM authenticator.api_keys k WHERE k.key_id = $1`, [
    keyId,
  ])
  return row && keyFromRow(row)
}

/** The agent that a public key of this user was given to, whatever became of the key. */
export async function agentOfKey(
  sql: Sql,
  onliId: string,
  publicKey: string,
): Promise<{ agentId: string; keyId: string } | undefined> {
  const [row] = await sql.query<{ agent_id: string; key_id: string }>(
    `SELECT limits ->> 'agent' AS agent_id, key_id FROM authenticator.api_keys
     WHERE onli_id = $1 AND public_key = $2 AND limits ->> 'agent' IS NOT NULL ORDER BY created_at LIMIT 1`,
    [onliId, publicKey],
  )
  return row && { agentId: row.agent_id, keyId: row.key_id }
}

/** A user's keys, newest first; the newest 200 hold all that are in use and those that ended lately. */
export async function keysOf(sql: Sql, onliId: string): Promise<ApiKey[]> {
  const rows = await sql.query<KeyRow>(
    `SELECT ${keyColumns} FROM authenticator.api_keys k WHERE k.onli_id = $1
     ORDER BY (k.revoked_at IS NULL) DESC, k.created_at DESC, k.key_id LIMIT 200`,
    [onliId],
  )
  return rows.map(keyFromRow)
}

/**
 * A user's keys in use, or with `person` those of one operator. Browsers that a passkey signed in are not among them: each passkey has
 * its own bound, and they must not keep their owner out, nor be kept out.
 */
export async function countKeysInUse(sql: Sql, onliId: string, nowMs: number, person?: string): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM authenticator.api_keys
     WHERE onli_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
       AND passkey_id IS NULL AND ($3::text IS NULL OR operator_id = $3)`,
    [onliId, toTimestamp(nowMs), person ?? null],
  )
  return Number(row?.count ?? 0n)
}

/** The old key lives until `endsAtMs`, never longer than it would have. */
export async function markRotated(sql: Sql, keyId: string, successor: string, endsAtMs: number): Promise<void> {
  await sql.query(
    `UPDATE authenticator.api_keys SET rotated_to = $2, expires_at = LEAST(coalesce(expires_at, $3), $3) WHERE key_id = $1`,
    [keyId, successor, toTimestamp(endsAtMs)],
  )
}

/** Ends a key now, as if its time were over: what was done with it stays good, and it can still be revoked. */
export async function markEnded(sql: Sql, keyId: string, nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE authenticator.api_keys SET expires_at = LEAST(coalesce(expires_at, $2), $2) WHERE key_id = $1',
    [keyId, toTimestamp(nowMs)],
  )
}

/** Revokes for ever; a key that was revoked before keeps its time. */
export async function markRevoked(sql: Sql, keyId: string, by: string, nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE authenticator.api_keys SET revoked_at = $2, revoked_by = $3 WHERE key_id = $1 AND revoked_at IS NULL',
    [keyId, toTimestamp(nowMs), by],
  )
}

/** Revokes the oldest keys in use that were made for a user in this way, so that fewer than `most` of them are left. */
export async function endOldestMadeBy(
  tx: Sql,
  { onliId, madeBy, most, nowMs }: { onliId: string; madeBy: string; most: number; nowMs: number },
): Promise<void> {
  await tx.query(
    `UPDATE authenticator.api_keys SET revoked_at = $3, revoked_by = $2 WHERE key_id IN
       (SELECT key_id FROM authenticator.api_keys WHERE onli_id = $1 AND made_by = $2 AND revoked_at IS NULL AND expires_at > $3
        ORDER BY created_at DESC, key_id OFFSET ${most - 1})`,
    [onliId, madeBy, toTimestamp(nowMs)],
  )
}
