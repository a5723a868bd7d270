import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { assert } from '@species/kernel'
import type { Sql } from '@species/database'
import { type Clock, type Metrics, type Sealer, coalesce } from '@species/platform'
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

/** Revocations must act within a second even if every message is lost, so a cached answer expires after a second. */
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

/** What the primary said when it was asked, and how often keys and users had changed by then. */
interface Answer {
  readonly known: KnownKey | undefined
  readonly version: bigint
}

interface Entry {
  readonly askedAtMs: number
  readonly answer: Promise<Answer>
  /** Known once the answer is there. */
  onliId?: string
}

interface DirectoryDeps {
  readonly database: Sql
  readonly clock: Clock
  readonly sealer: Sealer
  readonly cacheTotal: Metrics['cacheTotal']
}

/**
 * Looks keys up on the primary, in batches, and keeps the answers. One is good for a second, and for as long after that as the
 * primary's count of changes, itself at most a second old, is what it was.
 */
export function createKeyDirectory(deps: DirectoryDeps): KeyDirectory {
  const entries = new Map<string, Entry>()
  const ask = coalesce<string, Answer>((keyIds) => lookUp(deps, keyIds), { maxBatch: 500, atOnce: 2 })
  const version = leasedVersion(deps)
  const isFresh = (askedAtMs: number): boolean => {
    return deps.clock.steady() - askedAtMs < leaseMs
  }

  const renew = (keyId: string): Entry => {
    // The lease starts before the question: the answer may be as old as that.
    const entry: Entry = { askedAtMs: deps.clock.steady(), answer: ask(keyId) }
    entries.delete(keyId)
    entries.set(keyId, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxKept) break
      entries.delete(oldest)
    }
    entry.answer.then(
      ({ known }) => {
        if (known) entry.onliId = known.key.onliId
      },
      () => {
        if (entries.get(keyId) === entry) entries.delete(keyId) // whoever asked hears the fault; the next one asks anew
      },
    )
    return entry
  }

  /** What is kept and still good. An unknown key may come to be without anything having changed. */
  const kept = async (keyId: string): Promise<Answer | undefined> => {
    const entry = entries.get(keyId)
    if (!entry) return undefined
    if (isFresh(entry.askedAtMs)) return await entry.answer
    const [answer, now] = await Promise.all([entry.answer, version()])
    const isStill = answer.known !== undefined && answer.version === now && entries.get(keyId) === entry
    return isStill ? answer : undefined
  }

  return {
    async find(keyId) {
      if (!keyIdForm.test(keyId)) return undefined
      const hit = await kept(keyId)
      deps.cacheTotal.inc({ cache: 'keys', answer: hit ? 'hit' : 'miss' })
      return (hit ?? (await (freshEntry(keyId) ?? renew(keyId)).answer)).known
    },
    forget(onliId) {
      for (const [keyId, entry] of entries) {
        if (entry.onliId === undefined || entry.onliId === onliId) entries.delete(keyId)
      }
    },
  }

  /** Somebody else asked while the version was waited for. */
  function freshEntry(keyId: string): Entry | undefined {
    const entry = entries.get(keyId)
    return entry && isFresh(entry.askedAtMs) ? entry : undefined
  }
}

/** How often keys and users have changed, as the primary knew it at most a second ago; one question for all who ask. */
function leasedVersion({ database, clock }: DirectoryDeps): () => Promise<bigint> {
  let lease: { readonly askedAtMs: number; readonly answer: Promise<bigint> } | undefined
  const ask = async (): Promise<bigint> => {
    const [row] = await database.query<{ version: bigint }>('SELECT version FROM authenticator.access_version')
    assert(row !== undefined, 'changes are counted')
    return row.version
  }
  return () => {
    const age = lease === undefined ? leaseMs : clock.steady() - lease.askedAtMs
    if (lease !== undefined && age < leaseMs) return lease.answer
    const asked = { askedAtMs: clock.steady(), answer: ask() }
    lease = asked
    asked.answer.catch(() => {
      if (lease === asked) lease = undefined
    })
    return asked.answer
  }
}

type FoundKey = KeyRow & { secret_sealed: string | null; status: UserStatus }
/** Where no key was found there is one row all the same, with the count alone. */
type FoundRow = (FoundKey | { key_id: null }) & { version: bigint }

function isKey(row: FoundRow): row is FoundKey & { version: bigint } {
  return row.key_id !== null
}

/** A key that cannot be opened, as when it was sealed by a master key that is gone, is an Error of its own, and no matter of the others. */
async function lookUp(deps: { database: Sql; sealer: Sealer }, keyIds: readonly string[]): Promise<(Answer | Error)[]> {
  // In one statement, so that keys and count are of one moment.
  const rows = await deps.database.query<FoundRow>(
    `SELECT ${keyColumns}, k.secret_sealed, u.status, v.version
     FROM authenticator.access_version v
     LEFT JOIN (authenticator.api_keys k JOIN authenticator.users u ON u.onli_id = k.onli_id) ON k.key_id = ANY($1::text[])`,
    [keyIds],
  )
  const version = rows[0]?.version
  assert(version !== undefined, 'changes are counted')
  const found = new Map(rows.filter(isKey).map((row) => [row.key_id, row]))
  return keyIds.map((keyId) => {
    const row = found.get(keyId)
    if (row === undefined) return { known: undefined, version }
    try {
      return { known: knownKey(row, deps.sealer), version }
    } catch (error) {
      return new Error(`the key ${keyId} cannot be opened`, { cause: error })
    }
  })
}

/** A key as the primary knows it now, in the caller's transaction; undefined where there is none. */
export async function lookUpKey(sql: Sql, sealer: Sealer, keyId: string): Promise<KnownKey | undefined> {
  const [row] = await sql.query<FoundKey>(
    `SELECT ${keyColumns}, k.secret_sealed, u.status
     FROM authenticator.api_keys k JOIN authenticator.users u ON u.onli_id = k.onli_id WHERE k.key_id = $1`,
    [keyId],
  )
  return row && knownKey(row, sealer)
}

function knownKey(row: FoundKey, sealer: Sealer): KnownKey {
  return { key: keyFromRow(row), ownerStatus: row.status, verification: verificationOf(row, sealer) }
}

function verificationOf(row: KeyRow & { secret_sealed: string | null }, sealer: Sealer): Verification {
  if (row.alg === 'ed25519') {
    assert(row.public_key !== null, 'an ed25519 key has a public half')
    return { alg: 'ed25519', publicKey: ed25519PublicKey(row.public_key) }
  }
  assert(row.secret_sealed !== null, 'an hmac key has a secret')
  return { alg: 'hmac', secret: createSecretKey(sealer.open(row.secret_sealed, row.key_id)) }
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
