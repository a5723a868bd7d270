import { type KeyObject, createPrivateKey } from 'node:crypto'
import type { Database, Sql } from '@species/database'
import { type Clock, type Sealer, toTimestamp } from '@species/platform'
import { type JWK, calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'

/** What a key is made and kept with. `sandbox`: whether any partner is one. */
export interface KeyDeps {
  readonly sealer: Sealer
  readonly clock: Clock
  readonly sandbox: boolean
}

/** An Ed25519 private key, and the name of its public half. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
  /** Unix ms; absent: it has always been active. */
  readonly activeFromMs?: number
  /** Its private half may be known to others: it signs nothing, and what it signed is shown under another. */
  readonly isDistrusted?: boolean
}

/** A stored key of receipts. Times in Unix ms. */
export interface StoredKey {
  readonly kid: string
  readonly jwk: JWK
  readonly sealed: string
  readonly sandbox: boolean
  readonly madeBy: string | undefined
  readonly createdAtMs: number
  /** It signs from then on, until a newer one does. */
  readonly activeFromMs: number
  readonly distrustedAtMs: number | undefined
  readonly distrustedBy: string | undefined
}

interface KeyRow {
  readonly kid: string
  readonly public_jwk: JWK
  readonly private_sealed: string
  readonly sandbox: boolean
  readonly made_by: string | null
  readonly created_at: Date
  readonly active_from: Date
  readonly distrusted_at: Date | null
  readonly distrusted_by: string | null
}

/** Newest first. */
export async function readKeys(sql: Sql): Promise<StoredKey[]> {
  const rows = await sql.query<KeyRow>(
    `SELECT kid, public_jwk, private_sealed, sandbox, made_by, created_at, coalesce(active_from, created_at) AS active_from,
       distrusted_at, distrusted_by
     FROM floor_manager.signing_keys ORDER BY coalesce(active_from, created_at) DESC, kid`,
  )
  return rows.map((row) => ({
    kid: row.kid,
    jwk: row.public_jwk,
    sealed: row.private_sealed,
    sandbox: row.sandbox,
    madeBy: row.made_by ?? undefined,
    createdAtMs: row.created_at.getTime(),
    activeFromMs: row.active_from.getTime(),
    distrustedAtMs: row.distrusted_at?.getTime(),
    distrustedBy: row.distrusted_by ?? undefined,
  }))
}

/** One at a time changes the keys, across processes. */
export async function lockKeys(tx: Sql): Promise<void> {
  await tx.query('LOCK TABLE floor_manager.signing_keys IN EXCLUSIVE MODE')
}

/** Makes a key that signs from `activeFromMs` (Unix ms) on. Its private half is stored sealed, bound to its name. */
export async function makeKey(
  tx: Sql,
  deps: KeyDeps,
  { activeFromMs, madeBy }: { activeFromMs: number; madeBy: string },
): Promise<StoredKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const own = await exportJWK(publicKey)
  const kid = `${deps.sandbox ? 'sandbox-' : ''}${await calculateJwkThumbprint(own)}`
  const sealed = deps.sealer.seal(new TextEncoder().encode(await exportPKCS8(privateKey)), kid)
  const jwk: JWK = { ...own, kid, alg: 'EdDSA', use: 'sig' }
  const createdAtMs = deps.clock.now()
  await tx.query(
    `INSERT INTO floor_manager.signing_keys (kid, public_jwk, private_sealed, sandbox, created_at, active_from, made_by)
     VALUES ($1, $2::text::jsonb, $3, $4, $5, $6, $7)`,
    [kid, JSON.stringify(jwk), sealed, deps.sandbox, toTimestamp(createdAtMs), toTimestamp(activeFromMs), madeBy],
  )
  const { sandbox } = deps
  return {
    kid,
    jwk,
    sealed,
    sandbox,
    madeBy,
    createdAtMs,
    activeFromMs,
    distrustedAtMs: undefined,
    distrustedBy: undefined,
  }
}

/** What this key signed is worth nothing any more. */
export async function distrustKey(tx: Sql, kid: string, { atMs, by }: { atMs: number; by: string }): Promise<void> {
  await tx.query('UPDATE floor_manager.signing_keys SET distrusted_at = $2, distrusted_by = $3 WHERE kid = $1', [
    kid,
    toTimestamp(atMs),
    by,
  ])
}

/** Opens the private half. Throws where the master key that sealed it is not among ours. */
export function openKey({ kid, sealed, activeFromMs, distrustedAtMs }: StoredKey, sealer: Sealer): SigningKey {
  const key = createPrivateKey(new TextDecoder().decode(sealer.open(sealed, kid)))
  return { kid, key, activeFromMs, isDistrusted: distrustedAtMs !== undefined }
}

/**
 * The public keys of every receipt ever signed (RFC 7517), oldest first. A distrusted one says so with `revoked`, as OpenID Federation 1.0,
 * section 8.7, has it for keys of the past.
 */
export async function publicKeys(database: Pick<Database, 'query'>): Promise<JWK[]> {
  return (await readKeys(database))
    .reverse()
    .map(({ jwk, distrustedAtMs }) =>
      distrustedAtMs === undefined
        ? jwk
        : { ...jwk, revoked: { revoked_at: Math.floor(distrustedAtMs / 1_000), reason: 'compromised' } },
    )
}
