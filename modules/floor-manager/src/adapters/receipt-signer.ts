import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Receipt } from '@species/contracts'
import { Bug, Fault, assert } from '@species/kernel'
import type { Database, Sql } from '@species/database'
import type { Clock, Sealer } from '@species/platform'
import { toTimestamp } from '@species/platform'
import { type JWK, calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'

/** Puts the marketplace's signature under receipts: compact JWS with EdDSA (RFC 7515, RFC 8037). */
export interface ReceiptSigner {
  sign(receipt: Receipt): string
  /** Signs another document with the same key; `typ` tells it from a receipt. */
  signAs(typ: string, document: object): string
  /** A stored receipt, and the key that it was signed with. Throws a Bug where it is not as we signed it. */
  open(jws: string): { receipt: Receipt; signedWith: SigningKey }
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
  const stored = await storedKeys(deps.database, deps)
  if (stored.length > 0) return createReceiptSigner(...stored)
  // Several processes start at once: the first makes the key, the others wait for the lock and find it.
  return await deps.database.transaction(async (tx) => {
    await tx.query('LOCK TABLE floor_manager.signing_keys IN EXCLUSIVE MODE')
    const found = await storedKeys(tx, deps)
    return createReceiptSigner(...(found.length > 0 ? found : [await makeKey(tx, deps)]))
  })
}

/**
 * Signs with the first key, and opens what any of them has signed. Synchronously: on a thread of its own a signature costs nearly
 * twice as much (docs/decisions/0024).
 */
export function createReceiptSigner(...keys: SigningKey[]): ReceiptSigner {
  const [current] = keys
  assert(current !== undefined, 'there is a key to sign receipts with')
  const byKid = new Map(keys.map((one) => [one.kid, { ...one, publicKey: createPublicKey(one.key) }]))
  return {
    sign: (receipt) => signCompact(current, type, receipt),
    signAs: (typ, document) => signCompact(current, typ, document),
    open(jws) {
      const [header = '', payload = '', signature = ''] = jws.split('.')
      const signedWith = byKid.get((fromBase64url(header) as { kid: string }).kid)
      const isOurs =
        signedWith &&
        verify(null, Buffer.from(`${header}.${payload}`), signedWith.publicKey, Buffer.from(signature, 'base64url'))
      if (isOurs !== true) throw new Bug('a stored receipt is not as it was signed')
      // What we have signed needs no check of its shape; another version may have written fields that we do not know.
      return { receipt: fromBase64url(payload) as Receipt, signedWith }
    },
  }
}

/** The compact form of what is signed with this key (RFC 7515 section 3.1). */
export function signCompact({ kid, key }: SigningKey, typ: string, payload: object): string {
  const signed = `${toBase64url({ alg: 'EdDSA', kid, typ })}.${toBase64url(payload)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

function toBase64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function fromBase64url(text: string): unknown {
  return JSON.parse(Buffer.from(text, 'base64url').toString())
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

/** The keys, newest first. */
async function storedKeys(sql: Sql, { sealer, sandbox }: SignerDeps): Promise<SigningKey[]> {
  const rows = await sql.query<{ kid: string; private_sealed: string; sandbox: boolean }>(
    'SELECT kid, private_sealed, sandbox FROM floor_manager.signing_keys ORDER BY created_at DESC',
  )
  if (rows.some((row) => row.sandbox !== sandbox))
    throw rows.some((row) => row.sandbox === sandbox) ? bothKinds() : otherKind(sandbox)
  return rows.map(({ kid, private_sealed: sealed }) => ({
    kid,
    key: createPrivateKey(new TextDecoder().decode(sealer.open(sealed, kid))),
  }))
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
