import type { Scope } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { rolesOf } from '../adapters/operator-store.ts'
import { insertChallenge, takeChallenge } from '../adapters/passkey-challenges.ts'
import { countUse, endOldestBrowsers, findPasskey, lockPasskey } from '../adapters/passkey-rows.ts'
import { lockUser } from '../adapters/user-store.ts'
import { type Assertion, assertionCounter, challengeIn } from '../adapters/webauthn.ts'
import { type Passkey, maxBrowsers } from '../domain/passkey.ts'
import { operatorScopes } from '../domain/user.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import { type NewKey, addKey } from './manage-keys.ts'
import { notProven } from './manage-passkeys.ts'

/** What the key of a browser may do that a passkey enrolled. Its payouts are confirmed one by one with the passkey. */
const enrolledScopes: readonly Scope[] = ['read', 'trade', 'keys', 'wallets', 'webhooks', 'payout']

/** The key of a browser ends by itself after this; signing in again makes a new one. */
const enrolledKeyMs = 12 * 3_600_000

/** A challenge for a browser that wants to sign in with any passkey, and whose public key the answer enrols. */
export async function askToSignIn(
  deps: AuthenticatorDeps,
  { publicKey, network }: { publicKey: string; network: string },
): Promise<string> {
  const challenge = Buffer.from(deps.ids.bytes(32)).toString('base64url')
  await insertChallenge(deps.database, { challenge, purpose: 'sign-in', publicKey }, { network }, deps.clock.now())
  return challenge
}

/** Enrols the key of the browser whose passkey signed the challenge. The challenge is used up, whatever comes of it. */
export async function signInWithPasskey(
  deps: AuthenticatorDeps,
  { response, publicKey, trace }: { response: Assertion; publicKey: string; trace: string },
): Answer<NewKey> {
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    const asked = await takeChallenge(tx, challengeIn(response) ?? '', 'sign-in', nowMs)
    if (!asked) return refuse('challenge_expired', 'Ask for a new challenge, and use the passkey again.')
    if (asked.publicKey !== publicKey) return refuse('passkey_invalid', notProven)
    const named = await findPasskey(tx, response.id)
    if (named) await lockUser(tx, named.onliId)
    const passkey = named && (await lockPasskey(tx, response.id))
    if (passkey?.removedAtMs !== undefined || passkey === undefined) return refuse('passkey_invalid', notProven)
    const counter = await assertionCounter(deps.relyingParty(), passkey, response, asked.challenge)
    if (counter === undefined) return refuse('passkey_invalid', notProven)
    await countUse(tx, passkey.passkeyId, counter, nowMs)
    return await enrolBrowser(deps, tx, passkey, publicKey)
  })
  if (made.ok) await announceChange(deps, made.value.key.onliId, trace)
  return made
}

/** Makes the key of a browser that a passkey signs in, in the caller's transaction, which holds the lock of the user. */
export async function enrolBrowser(
  deps: AuthenticatorDeps,
  tx: Sql,
  { onliId, operatorId, passkeyId }: Pick<Passkey, 'onliId' | 'operatorId' | 'passkeyId'>,
  publicKey: string,
): Answer<NewKey> {
  const nowMs = deps.clock.now()
  if (operatorId !== undefined && !(await rolesOf(tx, [operatorId])).has(operatorId))
    return refuse('user_suspended', 'This operator is suspended.')
  const madeBy = `passkey/${passkeyId}`
  // Bounded by this alone: whoever has filled the owner's other keys must not keep the owner out.
  await endOldestBrowsers(tx, passkeyId, { most: maxBrowsers, nowMs })
  const grant = {
    alg: 'ed25519' as const,
    publicKey,
    scopes: operatorId === undefined ? enrolledScopes : operatorScopes,
    limits: undefined,
    schemes: ['rfc9421' as const],
    expiresAtMs: nowMs + enrolledKeyMs,
  }
  return ok(await addKey(deps, tx, { onliId, operatorId, grant, madeBy, passkeyId, nowMs }))
}
