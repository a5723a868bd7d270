import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Holder, Passkey } from '../domain/passkey.ts'

interface PasskeyRow {
  readonly passkey_id: string
  readonly credential_id: string
  readonly onli_id: string
  readonly operator_id: string | null
  readonly user_handle: string
  readonly public_key: string
  readonly counter: bigint
  readonly transports: string[]
  readonly name: string
  readonly synced: boolean
  readonly created_at: Date
  readonly last_used_at: Date | null
  readonly removed_at: Date | null
}

const ofPerson = 'onli_id = $1 AND operator_id IS NOT DISTINCT FROM $2'

/** Keeps a new passkey; false where its credential is known already. */
export async function insertPasskey(sql: Sql, passkey: Passkey, madeBy: string): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO authenticator.passkeys (passkey_id, credential_id, onli_id, operator_id, user_handle, public_key, counter, transports,
       name, synced, made_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $10, $11, $12)
     ON CONFLICT (credential_id) DO NOTHING RETURNING passkey_id`,
    [
      passkey.passkeyId,
      passkey.credentialId,
      passkey.onliId,
      passkey.operatorId ?? null,
      passkey.userHandle,
      passkey.publicKey,
      passkey.counter,
      JSON.stringify(passkey.transports),
      passkey.name,
      passkey.synced,
      madeBy,
      toTimestamp(passkey.createdAtMs),
    ],
  )
  return rows.length > 0
}

/** A person's passkeys that are not removed, oldest first. */
export async function passkeysOf(sql: Sql, { onliId, operatorId }: Holder): Promise<Passkey[]> {
  const rows = await sql.query<PasskeyRow>(
    `SELECT * FROM authenticator.passkeys WHERE ${ofPerson} AND removed_at IS NULL ORDER BY created_at, passkey_id LIMIT 100`,
    [onliId, operatorId ?? null],
  )
  return rows.map(fromRow)
}

/** Whether the person has, or ever had, a passkey. */
export async function hasHadPasskey(sql: Sql, { onliId, operatorId }: Holder): Promise<boolean> {
  const rows = await sql.query(`SELECT 1 FROM authenticator.passkeys WHERE ${ofPerson} LIMIT 1`, [
    onliId,
    operatorId ?? null,
  ])
  return rows.length > 0
}

/** Whose a credential is, whether it is removed or not. */
export async function findPasskey(sql: Sql, credentialId: string): Promise<Passkey | undefined> {
  const [row] = await sql.query<PasskeyRow>('SELECT * FROM authenticator.passkeys WHERE credential_id = $1', [
    credentialId,
  ])
  return row && fromRow(row)
}

/** The same, locked until the transaction ends: its counter is judged and counted on by one at a time. */
export async function lockPasskey(tx: Sql, credentialId: string): Promise<Passkey | undefined> {
  const [row] = await tx.query<PasskeyRow>('SELECT * FROM authenticator.passkeys WHERE credential_id = $1 FOR UPDATE', [
    credentialId,
  ])
  return row && fromRow(row)
}

export async function countUse(tx: Sql, passkeyId: string, counter: number, nowMs: number): Promise<void> {
  await tx.query('UPDATE authenticator.passkeys SET counter = $2, last_used_at = $3 WHERE passkey_id = $1', [
    passkeyId,
    counter,
    toTimestamp(nowMs),
  ])
}

/** Removes a passkey for ever, and revokes the keys of the browsers that it signed in. */
export async function removePasskey(tx: Sql, passkeyId: string, by: string, nowMs: number): Promise<void> {
  const parameters = [passkeyId, toTimestamp(nowMs), by]
  await tx.query(
    'UPDATE authenticator.passkeys SET removed_at = $2, removed_by = $3 WHERE passkey_id = $1 AND removed_at IS NULL',
    parameters,
  )
  await tx.query(
    'UPDATE authenticator.api_keys SET revoked_at = $2, revoked_by = $3 WHERE passkey_id = $1 AND revoked_at IS NULL',
    parameters,
  )
}

/** Ends the oldest keys that this passkey enrolled, so that fewer than `most` of them are in use. What was done with them stays good. */
export async function endOldestBrowsers(
  tx: Sql,
  passkeyId: string,
  { most, nowMs }: { most: number; nowMs: number },
): Promise<void> {
  await tx.query(
    `UPDATE authenticator.api_keys SET expires_at = $2 WHERE key_id IN
       (SELECT key_id FROM authenticator.api_keys WHERE passkey_id = $1 AND revoked_at IS NULL AND expires_at > $2
        ORDER BY created_at DESC, key_id OFFSET ${most - 1})`,
    [passkeyId, toTimestamp(nowMs)],
  )
}

/** Marks a confirmation as used; false where it was used before. */
export async function useOnce(tx: Sql, challenge: string, passkeyId: string, nowMs: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO authenticator.passkey_uses (challenge, passkey_id, used_at) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING RETURNING challenge`,
    [challenge, passkeyId, toTimestamp(nowMs)],
  )
  return rows.length > 0
}

/** Forgets confirmations that are too old to be taken again. */
export async function purgeUses(sql: Sql, beforeMs: number): Promise<void> {
  await sql.query('DELETE FROM authenticator.passkey_uses WHERE used_at < $1', [toTimestamp(beforeMs)])
}

function fromRow(row: PasskeyRow): Passkey {
  return {
    passkeyId: row.passkey_id,
    credentialId: row.credential_id,
    onliId: row.onli_id,
    operatorId: row.operator_id ?? undefined,
    userHandle: row.user_handle,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: row.transports,
    name: row.name,
    synced: row.synced,
    createdAtMs: row.created_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime(),
    removedAtMs: row.removed_at?.getTime(),
  }
}
