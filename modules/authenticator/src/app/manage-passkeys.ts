import { type PublicKeyCredentialCreationOptionsJSON, generateRegistrationOptions } from '@simplewebauthn/server'
import { type Action, type Principal, actorOf } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { insertChallenge, passkeyChallengeMs, takeChallenge } from '../adapters/passkey-challenges.ts'
import { hasHadPasskey, insertPasskey, passkeysOf, removePasskey } from '../adapters/passkey-rows.ts'
import { lockUser } from '../adapters/user-store.ts'
import { type Registration, challengeIn, newCredential, passkeyAlgorithms } from '../adapters/webauthn.ts'
import { type Holder, type Passkey, holderOf, maxPasskeys } from '../domain/passkey.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

type Actor = Pick<Principal, 'onliId' | 'keyId' | 'operatorId'>

/** A request with what confirms it. */
export interface Confirmed {
  readonly action: Action
  readonly confirmation: string | null
}

const tooMany = `A person has at most ${maxPasskeys} passkeys. Remove one first.`

/** What a browser needs to make a passkey for a person, and keeps the challenge of it. */
export async function askForPasskey(
  deps: AuthenticatorDeps,
  holder: Holder,
  { purpose, publicKey }: { purpose: 'register' | 'invitation'; publicKey?: string },
): Answer<PublicKeyCredentialCreationOptionsJSON> {
  const known = await passkeysOf(deps.database, holder)
  if (known.length >= maxPasskeys) return refuse('forbidden', tooMany)
  const bytes = (count: number): Uint8Array<ArrayBuffer> => new Uint8Array(deps.ids.bytes(count))
  const userID = known[0] === undefined ? bytes(32) : new Uint8Array(Buffer.from(known[0].userHandle, 'base64url'))
  const { id: rpID } = deps.relyingParty()
  const options = await generateRegistrationOptions({
    rpName: 'SPECIES Marketplace',
    rpID,
    userName: holder.operatorId ?? holder.onliId,
    userID,
    challenge: bytes(32),
    timeout: passkeyChallengeMs,
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [...passkeyAlgorithms],
  })
  const { challenge, user } = options
  const asked = { challenge, purpose, ...holder, userHandle: user.id, publicKey }
  await insertChallenge(deps.database, asked, { person: shareOf(holder) }, deps.clock.now())
  return ok(options)
}

function shareOf({ onliId, operatorId }: Holder): string {
  return operatorId === undefined ? onliId : `${onliId}/${operatorId}`
}

/** A credential that was made for a challenge of ours, and the browser's key that it was made together with. */
type Credential = NonNullable<Awaited<ReturnType<typeof newCredential>>> &
  Pick<Passkey, 'userHandle'> & { readonly browserKey: string | undefined }

/** Judges what a browser made for a challenge of ours. The challenge is used up, whatever comes of it; nothing else is written. */
export async function checkPasskey(
  deps: AuthenticatorDeps,
  tx: Sql,
  { holder, response, purpose }: { holder: Holder; response: Registration; purpose: 'register' | 'invitation' },
): Answer<Credential> {
  const asked = await takeChallenge(tx, challengeIn(response) ?? '', purpose, deps.clock.now())
  if (asked?.userHandle === undefined || asked.onliId !== holder.onliId || asked.operatorId !== holder.operatorId)
    return refuse('challenge_expired', 'Ask for a new challenge, and make the passkey again.')
  const credential = await newCredential(deps.relyingParty(), response, asked.challenge)
  if (!credential) return refuse('passkey_invalid', notProven)
  return ok({ ...credential, userHandle: asked.userHandle, browserKey: asked.publicKey })
}

/** Keeps a passkey in the caller's transaction, which holds the lock of the user. */
export async function storePasskey(
  deps: AuthenticatorDeps,
  tx: Sql,
  { holder, credential, name, madeBy }: { holder: Holder; credential: Credential; name: string; madeBy: string },
): Answer<Passkey> {
  if ((await passkeysOf(tx, holder)).length >= maxPasskeys) return refuse('forbidden', tooMany)
  const { browserKey: _, ...kept } = credential
  const passkey: Passkey = {
    passkeyId: `psk_${Buffer.from(deps.ids.bytes(16)).toString('hex')}`,
    ...holder,
    ...kept,
    name,
    createdAtMs: deps.clock.now(),
    lastUsedAtMs: undefined,
    removedAtMs: undefined,
  }
  if (!(await insertPasskey(tx, passkey, madeBy))) return refuse('already_exists', 'This passkey is known already.')
  return ok(passkey)
}

/** What is told of every answer of an authenticator that proves nothing. */
export const notProven =
  'The answer of the passkey does not prove who asks: it is of another passkey, another page, another challenge, or not verified by its user.'

/**
 * Adds a passkey of a signed-in person. Whoever adds one can confirm payouts from then on, so one that they have confirms it; a first
 * one comes by a one-time link. Only in a sandbox at home a first one needs nothing else: nothing is worth anything there.
 */
export async function addPasskey(
  deps: AuthenticatorDeps,
  actor: Actor,
  { response, name }: { response: Registration; name: string },
  { action, confirmation }: Confirmed,
): Answer<Passkey> {
  const holder = holderOf(actor)
  return await deps.database.transaction(async (tx): Answer<Passkey> => {
    await lockUser(tx, holder.onliId)
    const isFirst = !(await hasHadPasskey(tx, holder))
    if (isFirst && !deps.sandboxSignIn)
      return refuse('forbidden', 'A first passkey is made with a one-time link. Ask an operator for one.')
    const confirmed = isFirst ? undefined : await deps.confirm(tx).confirm(actor, action, confirmation)
    if (confirmed?.ok === false) return confirmed
    const checked = await checkPasskey(deps, tx, { holder, response, purpose: 'register' })
    if (!checked.ok) return checked
    return await storePasskey(deps, tx, { holder, credential: checked.value, name, madeBy: actorOf(actor) })
  })
}

/** Removes a passkey of the person's own, and ends the browsers that it signed in. The last one stays: it is the way back in. */
export async function dropPasskey(
  deps: AuthenticatorDeps,
  actor: Actor,
  { passkeyId, trace }: { passkeyId: string; trace: string },
  { action, confirmation }: Confirmed,
): Answer<true> {
  const holder = holderOf(actor)
  const dropped = await deps.database.transaction(async (tx): Answer<true> => {
    await lockUser(tx, holder.onliId)
    const known = await passkeysOf(tx, holder)
    if (!known.some((one) => one.passkeyId === passkeyId)) return refuse('not_found', 'You have no such passkey.')
    if (known.length < 2)
      return refuse(
        'precondition_failed',
        'This is your last passkey: without it you could not sign in. Add another first.',
      )
    const confirmed = await deps.confirm(tx).confirm(actor, action, confirmation)
    if (!confirmed.ok) return confirmed
    await removePasskey(tx, passkeyId, actorOf(actor), deps.clock.now())
    return ok(true)
  })
  if (dropped.ok) await announceChange(deps, holder.onliId, trace)
  return dropped
}
