import { type Action, type Principal, actorOf } from '@species/contracts'
import { assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { countKeysInUse, findKey, insertKey, markEnded, markRevoked, markRotated } from '../adapters/key-store.ts'
import { endOldestBrowsers } from '../adapters/passkey-rows.ts'
import { lockUser } from '../adapters/user-store.ts'
import {
  type ApiKey,
  type Grant,
  type Inherited,
  type KeyRequest,
  allowRotation,
  grantKey,
  isUsable,
  makerOf,
  maxKeysInUse,
} from '../domain/api-key.ts'
import { maxBrowsers } from '../domain/passkey.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

/** A key just made. The secret of an hmac key is told here and never again. */
export interface NewKey {
  readonly key: ApiKey
  readonly secret: string | undefined
  /** What it has from the key that asked, although it was not asked for. */
  readonly inherited: readonly Inherited[]
}

type Actor = Pick<Principal, 'onliId' | 'keyId' | 'operatorId' | 'role'>

/** Makes a key for a user, who asks with a key of theirs that it may not surpass. */
export async function createKey(
  deps: AuthenticatorDeps,
  {
    actor,
    request,
    trace,
    confirmed,
  }: { actor: Actor; request: KeyRequest; trace: string; confirmed?: Confirmed | undefined },
): Answer<NewKey> {
  const { onliId } = actor
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    if (!(await lockUser(tx, onliId))) return refuse('not_found', 'There is no such user.')
    const own = await usableMaker(tx, actor, nowMs)
    if (!own.ok) return own
    const said = confirmed && (await deps.confirm(tx).confirm(actor, confirmed.action, confirmed.confirmation))
    if (said?.ok === false) return said
    const grant = grantKey(own.value, request, nowMs, said !== undefined)
    if (!grant.ok) return grant
    if ((await countKeysInUse(tx, onliId, nowMs)) >= maxKeysInUse) return refuse('forbidden', tooManyKeys)
    return ok({
      ...(await addKey(deps, tx, { onliId, grant: grant.value, madeBy: actorOf(actor), nowMs })),
      inherited: grant.value.inherited,
    })
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
  }: { actor: Actor; keyId: string; overlapMs: number; publicKey: string | undefined; trace: string },
): Answer<NewKey & { oldEndsAtMs: number }> {
  const rotated = await deps.database.transaction(async (tx): Answer<NewKey & { oldEndsAtMs: number }> => {
    const nowMs = deps.clock.now()
    await lockUser(tx, actor.onliId)
    const own = await usableMaker(tx, actor, nowMs)
    if (!own.ok) return own
    const target = await findKey(tx, keyId)
    if (target?.onliId !== actor.onliId || target.operatorId !== own.value.operatorId)
      return refuse('not_found', 'You have no such key.')
    const before = target.rotatedTo === undefined ? undefined : await findKey(tx, target.rotatedTo)
    const allowed = allowRotation(
      own.value,
      { target, isSuccessorGone: before?.revokedAtMs !== undefined },
      publicKey,
      nowMs,
    )
    if (!allowed.ok) return allowed
    const { onliId, operatorId, allowanceId, passkeyId } = target
    if (passkeyId !== undefined) await endOldestBrowsers(tx, passkeyId, { most: maxBrowsers, nowMs })
    else if ((await countKeysInUse(tx, onliId, nowMs, operatorId)) >= maxKeysInUse)
      return refuse('forbidden', tooManyKeys)
    const grant = { ...target, publicKey }
    const successor = await addKey(deps, tx, {
      onliId,
      operatorId,
      allowanceId,
      passkeyId,
      grant,
      madeBy: actorOf(actor),
      nowMs,
    })
    // As it is now: the old key may be the oldest browser, which has just ended.
    const old = await findKey(tx, keyId)
    const oldEndsAtMs = Math.min(nowMs + overlapMs, old?.expiresAtMs ?? Infinity)
    await markRotated(tx, keyId, successor.key.keyId, oldEndsAtMs)
    return ok({ ...successor, oldEndsAtMs })
  })
  if (rotated.ok) await announceChange(deps, actor.onliId, trace)
  return rotated
}

/** Revokes a key for ever; again is the same. `onliId` absent: an operator, who may revoke any user's, and their own. Who did it is kept. */
export async function revokeKey(
  deps: AuthenticatorDeps,
  { onliId, keyId, actor, trace }: { onliId: string | undefined; keyId: string; actor: Actor; trace: string },
): Answer<ApiKey> {
  const revoked = await deps.database.transaction(async (tx): Answer<ApiKey> => {
    const found = await findKey(tx, keyId)
    if (!found || (onliId !== undefined && found.onliId !== onliId)) return refuse('not_found', 'There is no such key.')
    const isAnothers = found.operatorId !== undefined && found.operatorId !== actor.operatorId
    if (isAnothers) return refuse('forbidden', 'Only an admin revokes a key of another operator.')
    await lockUser(tx, found.onliId)
    await markRevoked(tx, keyId, actorOf(actor), deps.clock.now())
    const key = await findKey(tx, keyId)
    assert(key !== undefined, 'keys are never deleted')
    await tellOwner(deps, tx, 'key.revoked', key)
    return ok(key)
  })
  if (revoked.ok) await announceChange(deps, revoked.value.onliId, trace)
  return revoked
}

/** Ends the key that asks. It is not revoked: its holder ends it, and what was proposed or approved with it stays good. */
export async function endKey(deps: AuthenticatorDeps, actor: Actor, trace: string): Answer<ApiKey> {
  const { onliId, keyId } = actor
  const ended = await deps.database.transaction(async (tx) => {
    await lockUser(tx, onliId)
    await markEnded(tx, keyId, deps.clock.now())
    return await findKey(tx, keyId)
  })
  if (!ended) return refuse('not_found', 'There is no such key.')
  await announceChange(deps, onliId, trace)
  return ok(ended)
}

/** Why a user gets no more keys. */
export const tooManyKeys = `A user has at most ${maxKeysInUse} keys in use. Revoke one first.`

/** The asking key as it is now, under the user's lock: it may have been revoked since it signed. */
async function usableMaker(tx: Sql, maker: Actor, nowMs: number): Answer<ApiKey> {
  const key = await findKey(tx, maker.keyId)
  if (!key || !isUsable(key, nowMs)) return refuse('key_revoked', 'The key was revoked meanwhile.')
  return ok(key)
}

/** A request with what confirms it: a passkey. */
export interface Confirmed {
  readonly action: Action
  readonly confirmation: string
}

interface NewKeyOf {
  readonly onliId: string
  readonly grant: Grant
  /** As it is recorded who made it. */
  readonly madeBy: string
  readonly nowMs: number
  /** Of a key that somebody had before under another name: whose it is among operators, and where it is counted. */
  readonly operatorId?: string | undefined
  readonly allowanceId?: string
  /** Of the key of a browser: the passkey that enrolled it. */
  readonly passkeyId?: string | undefined
}

/** Makes a key and keeps it. */
export async function addKey(
  deps: Pick<AuthenticatorDeps, 'ids' | 'sealer' | 'announce'>,
  tx: Sql,
  { onliId, grant, madeBy, nowMs, operatorId, allowanceId, passkeyId }: NewKeyOf,
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
    operatorId,
    passkeyId,
    madeBy,
  }
  // The bytes of the text are the HMAC key: what a client holds is what it signs with.
  const secretSealed = secret === undefined ? undefined : deps.sealer.seal(Buffer.from(secret), keyId)
  await insertKey(tx, key, { secretSealed })
  await tellOwner(deps, tx, 'key.created', key)
  return { key, secret, inherited: [] }
}

/** Tells the owner's webhooks. Operators have none. */
async function tellOwner(
  { announce }: Pick<AuthenticatorDeps, 'announce'>,
  tx: Sql,
  type: 'key.created' | 'key.revoked',
  key: ApiKey,
): Promise<void> {
  const { onliId, keyId, operatorId, scopes } = key
  if (operatorId !== undefined) return
  await announce(tx, { owner: onliId, type, key: keyId, data: { keyId, scopes, createdBy: makerOf(key) } })
}
