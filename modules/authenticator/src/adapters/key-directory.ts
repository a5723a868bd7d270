import { createPublicKey, type KeyObject } from 'node:crypto'
import { assert } from '@species/kernel'
import { type Clock, type Metrics, type Sealer, type Sql, coalesce } from '@species/runtime'
import type { ApiKey } from '../domain/api-key.ts'
import type { UserStatus } from '../domain/user.ts'
import { type KeyRow, keyColumns, keyFromRow } from './key-store.ts'
import type { Verification } from './signature-claim.ts'

/** A key with what its signatures are checked with, and how its owner stands. */
export interface KnownKey {
  readonly key: ApiKey
  readonly verification: Verification
  readonly ownerStatus: UserStatus
}

/** What may act at once rests on no message: an answer older than this is asked for again (DESIGN section 4). */
const leaseMs = 1_000

/** Answers kept at a time; the oldest go first. */
const maxKept = 20_000

/** Key ids are ours and short; nothing longer is asked for. */
const keyIdForm = /^[A-Za-z0-9_-]{1,100}$/

export interface KeyDirectory {
  /** The key as the primary knew it at most a second ago. */
  find(keyId: string): Promise<KnownKey | undefined>
  /** Drops what is kept about a user's keys, answers under way included. */
  forget(onliId: string): void
}

interface Entry {
  readonly askedAtMs: number
  readonly answer: Promise<KnownKey | undefined>
  /** Known once the answer is there. */
  onliId?: string
}

/** Looks keys up on the primary, in batches, and keeps each answer for one second. */
export function createKeyDirectory(deps: {
  database: Sql
  clock: Clock
  sealer: Sealer
  cacheTotal: Metrics['cacheTotal']
}): KeyDirectory {
  const entries = new Map<string, Entry>()
  const ask = coalesce((keyIds: readonly string[]) => lookUp(deps, keyIds), { maxBatch: 500, atOnce: 2 })

  const renew = (keyId: string): Entry => {
    // The lease starts before the question: the answer may be as old as that.
    const entry: Entry = { askedAtMs: deps.clock.now(), answer: ask(keyId) }
    entries.delete(keyId)
    entries.set(keyId, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxKept) break
      entries.delete(oldest)
    }
    entry.answer.then(
      (known) => {
        if (known) entry.onliId = known.key.onliId
      },
      () => {
        if (entries.get(keyId) === entry) entries.delete(keyId) // whoever asked hears the fault; the next one asks anew
      },
    )
    return entry
  }

  return {
    async find(keyId) {
      if (!keyIdForm.test(keyId)) return undefined
      const kept = entries.get(keyId)
      const age = kept === undefined ? leaseMs : deps.clock.now() - kept.askedAtMs
      const hit = kept !== undefined && age >= 0 && age < leaseMs
      deps.cacheTotal.inc({ cache: 'keys', answer: hit ? 'hit' : 'miss' })
      return await (hit ? kept : renew(keyId)).answer
    },
    forget(onliId) {
      for (const [keyId, entry] of entries) {
        if (entry.onliId === undefined || entry.onliId === onliId) entries.delete(keyId)
      }
    },
  }
}

async function lookUp(
  deps: { database: Sql; sealer: Sealer },
  keyIds: readonly string[],
): Promise<(KnownKey | undefined)[]> {
  const rows = await deps.database.query<KeyRow & { secret_sealed: string | null; status: UserStatus }>(
    `SELECT ${keyColumns}, k.secret_sealed, u.status
     FROM authenticator.api_keys k JOIN authenticator.users u ON u.onli_id = k.onli_id
     WHERE k.key_id = ANY($1::text[])`,
    [keyIds],
  )
  const found = new Map(
    rows.map((row) => [
      row.key_id,
      { key: keyFromRow(row), ownerStatus: row.status, verification: verificationOf(row, deps.sealer) },
    ]),
  )
  return keyIds.map((keyId) => found.get(keyId))
}

function verificationOf(row: KeyRow & { secret_sealed: string | null }, sealer: Sealer): Verification {
  if (row.alg === 'ed25519') {
    assert(row.public_key !== null, 'an ed25519 key has a public half')
    return { alg: 'ed25519', publicKey: ed25519PublicKey(row.public_key) }
  }
  assert(row.secret_sealed !== null, 'an hmac key has a secret')
  return { alg: 'hmac', secret: sealer.open(row.secret_sealed, row.key_id) }
}

const opened = new Map<string, KeyObject>()

/** The key behind 32 raw bytes in base64url, kept: a key is read every second, and never changes. Throws where they are none. */
export function ed25519PublicKey(base64url: string): KeyObject {
  const known = opened.get(base64url)
  if (known) return known
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url }, format: 'jwk' })
  if (opened.size >= maxKept) opened.clear()
  opened.set(base64url, key)
  return key
}
