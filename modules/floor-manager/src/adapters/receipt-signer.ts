import type { Receipt } from '@species/contracts'
import type { Clock, Database, Sealer, Sql } from '@species/runtime'
import { toTimestamp } from '@species/runtime'
import {
  CompactSign,
  type CryptoKey,
  type JWK,
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
} from 'jose'

/** Puts the marketplace's signature under receipts: compact JWS with EdDSA (RFC 7515, RFC 8037). */
export interface ReceiptSigner {
  sign(receipt: Receipt): Promise<string>
}

const type = 'species-receipt+jws'

/**
 * The signing key for real or for sandbox receipts, made at the first start and sealed at rest. The two kinds never share
 * a key, so that a sandbox receipt can never pass for a real one.
 */
export async function openReceiptSigner(deps: {
  database: Database
  sealer: Sealer
  clock: Clock
  sandbox: boolean
}): Promise<ReceiptSigner> {
  // Several processes start at once: the first makes the key, the others wait for the lock and find it.
  const { kid, key } =
    (await storedKey(deps.database, deps)) ??
    (await deps.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE floor_manager.signing_keys IN EXCLUSIVE MODE')
      return (await storedKey(tx, deps)) ?? (await makeKey(tx, deps))
    }))
  return {
    sign: async (receipt) =>
      await new CompactSign(new TextEncoder().encode(JSON.stringify(receipt)))
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: type })
        .sign(key),
  }
}

/** The public keys of every receipt ever signed (RFC 7517). */
export async function publicKeys(database: Pick<Database, 'query'>): Promise<JWK[]> {
  const rows = await database.query<{ public_jwk: JWK }>(
    'SELECT public_jwk FROM floor_manager.signing_keys ORDER BY created_at',
  )
  return rows.map((row) => row.public_jwk)
}

type SignerDeps = Parameters<typeof openReceiptSigner>[0]

async function storedKey(
  sql: Sql,
  { sealer, sandbox }: SignerDeps,
): Promise<{ kid: string; key: CryptoKey } | undefined> {
  const [row] = await sql.query<{ kid: string; private_sealed: string }>(
    'SELECT kid, private_sealed FROM floor_manager.signing_keys WHERE sandbox = $1 ORDER BY created_at DESC LIMIT 1',
    [sandbox],
  )
  if (!row) return undefined
  const pem = new TextDecoder().decode(sealer.open(row.private_sealed, row.kid))
  return { kid: row.kid, key: await importPKCS8(pem, 'EdDSA') }
}

async function makeKey(sql: Sql, deps: SignerDeps): Promise<{ kid: string; key: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = `${deps.sandbox ? 'sandbox-' : ''}${await calculateJwkThumbprint(jwk)}`
  const sealed = deps.sealer.seal(new TextEncoder().encode(await exportPKCS8(privateKey)), kid)
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
  return { kid, key: privateKey }
}
