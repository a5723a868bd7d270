import { type KeyObject, createPublicKey, sign, verify } from 'node:crypto'
import type { Receipt } from '@species/contracts'
import { Bug, Fault, assert } from '@species/kernel'
import type { Database, Sql } from '@species/database'
import { type KeyDeps, type SigningKey, lockKeys, makeKey, openKey, readKeys } from './signing-keys.ts'

/** Puts the marketplace's signature under receipts: compact JWS with EdDSA (RFC 7515, RFC 8037). */
export interface ReceiptSigner {
  sign(receipt: Receipt): string
  /** Signs another document with the same key; `typ` tells it from a receipt. */
  signAs(typ: string, document: object): string
  /**
   * A stored receipt, and the key that it is shown with: that which signed it, or the current one where that is distrusted. Throws a
   * Bug where it is not as we signed it.
   */
  open(jws: string): { receipt: Receipt; shownWith: SigningKey }
  /** Reads the keys again: another process may have made one, or it is distrusted now. */
  refresh(): Promise<void>
}

const type = 'species-receipt+jws'

/**
 * The signing key for real or for sandbox receipts, made at the first start and sealed at rest. The two kinds never share
 * a key, so that a sandbox receipt can never pass for a real one; nor a database, or balances of play would be paid out in
 * real money. Throws a Fault on a database of the other kind.
 */
export async function openReceiptSigner(deps: SignerDeps): Promise<ReceiptSigner> {
  const { database, clock } = deps
  const first = await openKeys(database, deps)
  // Several processes start at once: the first makes the key, the others wait for the lock and find it.
  let ring = ringOf(first.length > 0 ? first : await database.transaction((tx) => makeFirstKey(tx, deps)))
  return signerOver(
    () => ring,
    () => clock.now(),
    async () => {
      ring = ringOf(await openKeys(database, deps))
    },
  )
}

async function makeFirstKey(tx: Sql, deps: KeyDeps): Promise<SigningKey[]> {
  await lockKeys(tx)
  const found = await openKeys(tx, deps)
  if (found.length > 0) return found
  return [openKey(await makeKey(tx, deps, { activeFromMs: deps.clock.now(), madeBy: 'species' }), deps.sealer)]
}

/** Signs with the first of these keys, and opens what any of them has signed. */
export function createReceiptSigner(...keys: SigningKey[]): ReceiptSigner {
  const ring = ringOf(keys)
  return signerOver(
    () => ring,
    () => 0,
    () => Promise.resolve(),
  )
}

interface Ring {
  /** Newest first. */
  readonly keys: readonly SigningKey[]
  readonly byKid: ReadonlyMap<string, SigningKey & { readonly publicKey: KeyObject }>
}

function ringOf(keys: readonly SigningKey[]): Ring {
  return { keys, byKid: new Map(keys.map((one) => [one.kid, { ...one, publicKey: createPublicKey(one.key) }])) }
}

/** Synchronously: on a thread of its own a signature costs nearly twice as much (docs/decisions/0024). */
function signerOver(ring: () => Ring, now: () => number, refresh: () => Promise<void>): ReceiptSigner {
  const current = (): SigningKey => {
    const nowMs = now()
    const trusted = ring().keys.filter((one) => one.isDistrusted !== true)
    // The oldest where none is active yet: a clock behind the one that made it stops no receipt.
    const key = trusted.find(({ activeFromMs = 0 }) => activeFromMs <= nowMs) ?? trusted.at(-1)
    assert(key !== undefined, 'there is a key to sign receipts with')
    return key
  }
  return {
    sign: (receipt) => signCompact(current(), type, receipt),
    signAs: (typ, document) => signCompact(current(), typ, document),
    open(jws) {
      const [header = '', payload = '', signature = ''] = jws.split('.')
      const signedWith = ring().byKid.get((fromBase64url(header) as { kid: string }).kid)
      const isOurs =
        signedWith &&
        verify(null, Buffer.from(`${header}.${payload}`), signedWith.publicKey, Buffer.from(signature, 'base64url'))
      if (isOurs !== true) throw new Bug('a stored receipt is not as it was signed')
      // What we have signed needs no check of its shape; another version may have written fields that we do not know.
      const receipt = fromBase64url(payload) as Receipt
      return { receipt, shownWith: signedWith.isDistrusted === true ? current() : signedWith }
    },
    refresh,
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

type SignerDeps = KeyDeps & { readonly database: Database }

/** The keys, newest first. Throws a Fault on a database of the other kind. */
async function openKeys(sql: Sql, { sealer, sandbox }: KeyDeps): Promise<SigningKey[]> {
  const stored = await readKeys(sql)
  if (stored.some((one) => one.sandbox !== sandbox))
    throw stored.some((one) => one.sandbox === sandbox) ? bothKinds() : otherKind(sandbox)
  return stored.map((one) => openKey(one, sealer))
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
