import type { Principal } from '@species/contracts'
import { assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/runtime'
import { countKeysInUse, findKey, insertKey, markRevoked, markRotated } from '../adapters/key-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import {
  type ApiKey,
  type Grant,
  type Inherited,
  type KeyRequest,
  allowRotation,
  grantKey,
  isUsable,
  maxKeysInUse,
} from '../domain/api-key.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

/** A key just made. The secret of an hmac key is told here and never again. */
export interface NewKey {
  readonly key: ApiKey
  readonly secret: string | undefined
  /** What it has from the key that asked, although nobody asked for it. */
  readonly inherited: readonly Inherited[]
}

type Maker = Pick<Principal, 'onliId' | 'keyId'>

/** Makes a key for a user. `maker` is the user's own key that asks; absent where an operator does. */
export async function createKey(
  deps: AuthenticatorDeps,
  { onliId, maker, request, trace }: { onliId: string; maker: Maker | undefined; request: KeyRequest; trace: string },
): Answer<NewKey> {
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    if (!(await lockUser(tx, onliId))) return refuse('not_found', 'There is no such user.')
    const own = maker && (await usableMaker(tx, maker, nowMs))
    if (own?.ok === false) return own
    const grant = grantKey(own?.value, request, nowMs)
    if (!grant.ok) return grant
    if ((await countKeysInUse(tx, onliId, nowMs)) >= maxKeysInUse) return refuse('forbidden', tooMany)
    return ok({ ...(await addKey(deps, tx, onliId, grant.value, nowMs)), inherited: grant.value.inherited })
  })
  if (made.ok) await announceChange(deps, onliId, trace)
  return made
}

/** Gives a key a successor with the same powers. The old one goes on for `overlapMs`, so that nothing stands still. */
export async function rotateKey(
  deps: AuthenticatorDeps,
  {
    actor,
    keyId,
    overlapMs,
    publicKey,
    trace,
  }: { actor: Maker; keyId: string; overlapMs: number; publicKey: string | undefined; trace: string },
): Answer<NewKey & { oldEndsAtMs: number }> {
  const rotated = await deps.database.transaction(async (tx): Answer<NewKey & { oldEndsAtMs: number }> => {
    const nowMs = deps.clock.now()
    await lockUser(tx, actor.onliId)
    const own = await usableMaker(tx, actor, nowMs)
    if (!own.ok) return own
    const target = await findKey(tx, keyId)
    if (target?.onliId !== actor.onliId) return refuse('not_found', 'You have no such key.')
    const allowed = allowRotation(own.value, target, publicKey, nowMs)
    if (!allowed.ok) return allowed
    if ((await countKeysInUse(tx, actor.onliId, nowMs)) >= maxKeysInUse) return refuse('forbidden', tooMany)
    const { allowanceId } = target
    const successor = await addKey(deps, tx, actor.onliId, { ...target, publicKey }, nowMs, allowanceId)
    const oldEndsAtMs = Math.min(nowMs + overlapMs, target.expiresAtMs ?? Infinity)
    await markRotated(tx, keyId, successor.key.keyId, oldEndsAtMs)
    return ok({ ...successor, oldEndsAtMs })
  })
  if (rotated.ok) await announceChange(deps, actor.onliId, trace)
  return rotated
}

/** Revokes a key for ever; again is the same. `onliId` absent: an operator, who may revoke anybody's. */
export async function revokeKey(
  deps: AuthenticatorDeps,
  { onliId, keyId, trace }: { onliId: string | undefined; keyId: string; trace: string },
): Answer<ApiKey> {
  const revoked = await deps.database.transaction(async (tx): Answer<ApiKey> => {
    const found = await findKey(tx, keyId)
    if (!found || (onliId !== undefined && found.onliId !== onliId)) return refuse('not_found', 'There is no such key.')
    await lockUser(tx, found.onliId)
    await markRevoked(tx, keyId, deps.clock.now())
    const key = await findKey(tx, keyId)
    assert(key !== undefined, 'keys are never deleted')
    return ok(key)
  })
  if (revoked.ok) await announceChange(deps, revoked.value.onliId, trace)
  return revoked
}

const tooMany = `A user has at most ${maxKeysInUse} keys in use. Revoke one first.`

/** The asking key as it is now, under the user's lock: it may have been revoked since it signed. */
async function usableMaker(tx: Sql, maker: Maker, nowMs: number): Answer<ApiKey> {
  const key = await findKey(tx, maker.keyId)
  if (!key || !isUsable(key, nowMs)) return refuse('key_revoked', 'The key was revoked meanwhile.')
  return ok(key)
}

async function addKey(
  deps: AuthenticatorDeps,
  tx: Sql,
  onliId: string,
  grant: Grant,
  nowMs: number,
  allowanceId?: string,
): Promise<NewKey> {
  const keyId = `key_${Buffer.from(deps.ids.bytes(16)).toString('hex')}`
  const secret = grant.alg === 'hmac' ? `sk_${Buffer.from(deps.ids.bytes(32)).toString('base64url')}` : undefined
  const key: ApiKey = {
    keyId,
    onliId,
    alg: grant.alg,
    publicKey: grant.publicKey,
    scopes: grant.scopes,
    limits: grant.limits,
    limitsVersion: 1,
    schemes: grant.schemes,
    createdAtMs: nowMs,
    expiresAtMs: grant.expiresAtMs,
    revokedAtMs: undefined,
    rotatedTo: undefined,
    allowanceId: allowanceId ?? keyId,
  }
  // The bytes of the text are the HMAC key: what a client holds is what it signs with.
  await insertKey(tx, key, secret === undefined ? undefined : deps.sealer.seal(Buffer.from(secret), keyId))
  return { key, secret, inherited: [] }
}
