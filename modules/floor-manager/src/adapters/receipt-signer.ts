import { type KeyObject, createPrivateKey, sign } from 'node:crypto'
import type { Receipt } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Clock, Database, Sealer, Sql } from '@species/runtime'
import { toTimestamp } from '@species/runtime'
import { type JWK, calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'

/** Puts the marketplace's signature under receipts: compact JWS with EdDSA (RFC 7515, RFC 8037). */
export interface ReceiptSigner {
  sign(receipt: Receipt): string
}

const type = 'species-receipt+jws'

/**
 * The signing key for real or for sandbox receipts, made at the first start and sealed at rest. The two kinds never share
 * a key, so that a sandbox receipt can never pass for a real one; nor a database, or balances of play would be paid out in
 * real money. Throws a Fault on a database of the other kind.
 */
export async function openReceiptSigner(deps: {
  database: Database
  sealer: Sealer
  clock: Clock
  sandbox: boolean
}): Promise<ReceiptSigner> {
  // Several processes start at once: the first makes the key, the others wait for the lock and find it.
  return createReceiptSigner(
    (await storedKey(deps.database, deps)) ??
      (await deps.database.transaction(async (tx) => {
        await tx.query('LOCK TABLE floor_manager.signing_keys IN EXCLUSIVE MODE')
        return (await storedKey(tx, deps)) ?? (await makeKey(tx, deps))
      })),
  )
}

/** Signs with one key. Synchronously: on a thread of its own a signature costs nearly twice as much (docs/decisions/0024). */
export function createReceiptSigner({ kid, key }: SigningKey): ReceiptSigner {
  const header = base64url(JSON.stringify({ alg: 'EdDSA', kid, typ: type }))
  return {
    sign(receipt) {
      const signed = `${header}.${base64url(JSON.stringify(receipt))}`
      return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
    },
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** The public keys of every receipt ever signed (RFC 7517). */
export async function publicKeys(database: Pick<Database, 'query'>): Promise<JWK[]> {
  const rows = await database.query<{ public_jwk: JWK }>(
    'SELECT public_jwk FROM floor_manager.signing_keys ORDER BY created_at',
  )
  return rows.map((row) => row.public_jwk)
}

/** An Ed25519 private key, and the name of its public half. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
}

type SignerDeps = Parameters<typeof openReceiptSigner>[0]

async function storedKey(sql: Sql, { sealer, sandbox }: SignerDeps): Promise<SigningKey | undefined> {
  const rows = await sql.query<{ kid: string; private_sealed: string; sandbox: boolean }>(
    'SELECT kid, private_sealed, sandbox FROM floor_manager.signing_keys ORDER BY created_at DESC',
  )
  if (rows.some((row) => row.sandbox !== sandbox))
    throw rows.some((row) => row.sandbox === sandbox) ? bothKinds() : otherKind(sandbox)
  const [row] = rows
  if (!row) return undefined
  const pem = new TextDecoder().decode(sealer.open(row.private_sealed, row.kid))
  return { kid: row.kid, key: createPrivateKey(pem) }
}

function otherKind(sandbox: boolean): Fault {
  const [here, partners, harm] = sandbox
    ? ['real', 'a sandbox among the partners', 'Payments that anyone can mint would buy real units.']
    : ['the sandbox', 'real partners', 'What it gave away would become real money and real units.']
  return new Fault('mixed_partners', {
    retryable: false,
    publicMessage: `The partners of this database are ${here}, and this process was set up with ${partners}. ${harm} Use a fresh database (DATABASE_URL, or SPECIES_DATA_DIR for the embedded one), or the partners that it was made with.`,
  })
}

function bothKinds(): Fault {
  return new Fault('mixed_partners', {
    retryable: false,
    publicMessage:
      'This database has served a sandbox and real partners: what is play in it and what is real cannot be told apart any more. Use a fresh database (DATABASE_URL, or SPECIES_DATA_DIR for the embedded one).',
  })
}

async function makeKey(sql: Sql, deps: SignerDeps): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = `${deps.sandbox ? 'sandbox-' : ''}${await calculateJwkThumbprint(jwk)}`
  const pem = await exportPKCS8(privateKey)
  const sealed = deps.sealer.seal(new TextEncoder().encode(pem), kid)
  await sql.query(
    'INSERT INTO floor_manager.signing_keys (kid, public_jwk, private_sealed, sandbox, created_at) VALUES ($1, $2::text::jsonb, $3, $4, $5)',
    [
      kid,
      JSON.stringify({ ...jwk, kid, alg: 'EdDSA', use: 'sig' }),
      sealed,
      deps.sandbox,
      toTimestamp(deps.clock.now()),
    ],
  )
  return { kid, key: createPrivateKey(pem) }
}
