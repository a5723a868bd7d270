import { type Action, type Principal, actorOf, comparableAddress } from '@species/contracts'
import { assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { createSiweMessage, parseSiweMessage } from 'viem/siwe'
import { type Address, getAddress } from 'viem'
import { countKeysInUse, endOldestMadeBy, findKey } from '../adapters/key-store.ts'
import { insertChallenge, passkeyChallengeMs, takeChallenge } from '../adapters/passkey-challenges.ts'
import { hasHadPasskey } from '../adapters/passkey-rows.ts'
import { lockUser } from '../adapters/user-store.ts'
import { walletSigned } from '../adapters/wallet-signature.ts'
import { setWalletSignIn, walletThatSignsIn } from '../adapters/wallet-store.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { holderOf, maxBrowsers } from '../domain/passkey.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import { type NewKey, addKey } from './manage-keys.ts'

/** What the key of a browser may do that a wallet signed in: less than one of a passkey. It makes no keys and sends no money out. */
const walletScopes = ['read', 'trade'] as const

/** The key of a browser ends by itself after this; signing in again makes a new one. */
const walletKeyMs = 12 * 3_600_000

const notProven = refuse(
  'wallet_proof_invalid' as const,
  'The signature does not prove a wallet that its owner lets sign in here. Enable it first, or sign in another way.',
)

/**
 * Lets a wallet sign its owner in, or no more. It opens the account for good, so a passkey confirms it; of an owner who has none, a key that may
 * make any other and does not end.
 */
export async function allowWalletSignIn(
  deps: AuthenticatorDeps,
  actor: Pick<Principal, 'onliId' | 'keyId' | 'operatorId'>,
  { address, isAllowed }: { address: string; isAllowed: boolean },
  { action, confirmation }: { action: Action; confirmation: string | null },
): Answer<true> {
  return await deps.database.transaction(async (tx): Answer<true> => {
    await lockUser(tx, actor.onliId)
    const allowed = isAllowed ? await mayAllow(deps, tx, actor, { action, confirmation }) : ok(true)
    if (!allowed.ok) return allowed
    const nowMs = deps.clock.now()
    const wallet = { onliId: actor.onliId, address: comparableAddress('EVM', address) }
    if (!(await setWalletSignIn(tx, wallet, isAllowed ? nowMs : undefined)))
      return refuse('not_found', 'You have no such wallet on the EVM chains. Prove it first.')
    deps.log.info({ ...wallet, isAllowed, by: actorOf(actor) }, 'an owner says whether a wallet signs them in')
    return ok(true)
  })
}

async function mayAllow(
  deps: AuthenticatorDeps,
  tx: Sql,
  actor: Pick<Principal, 'onliId' | 'keyId' | 'operatorId'>,
  { action, confirmation }: { action: Action; confirmation: string | null },
): Answer<unknown> {
  if (await hasHadPasskey(tx, holderOf(actor))) return await deps.confirm(tx).confirm(actor, action, confirmation)
  const key = await findKey(tx, actor.keyId)
  const isWhole =
    key?.revokedAtMs === undefined &&
    key?.expiresAtMs === undefined &&
    key?.limits === undefined &&
    [...walletScopes, 'keys' as const].every((scope) => key?.scopes.includes(scope))
  if (key !== undefined && isWhole) return ok(true)
  return refuse('forbidden', 'This takes a passkey, or a key that is not limited, does not end, and may make keys.')
}

/** The message that the wallet signs (EIP-4361): for this host, for one key, once. */
export async function askWalletToSignIn(
  deps: AuthenticatorDeps,
  { address, publicKey, network }: { address: string; publicKey: string; network: string },
): Promise<string> {
  const nowMs = deps.clock.now()
  const nonce = Buffer.from(deps.ids.bytes(16)).toString('hex')
  await insertChallenge(deps.database, { challenge: nonce, purpose: 'wallet', publicKey }, { network }, nowMs)
  return messageFor(deps, { address: getAddress(address), publicKey, nonce, issuedAt: new Date(nowMs) })
}

interface Asked {
  readonly address: Address
  readonly publicKey: string
  readonly nonce: string
  readonly issuedAt: Date
}

function messageFor(deps: AuthenticatorDeps, { address, publicKey, nonce, issuedAt }: Asked): string {
  const [uri] = deps.relyingParty().origins
  assert(uri !== undefined, 'pages have an origin')
  return createSiweMessage({
    address,
    chainId: 1,
    domain: new URL(uri).host,
    uri,
    version: '1',
    statement: `Sign in to the SPECIES Marketplace. It enrols the key ${publicKey} of this browser, and moves nothing.`,
    nonce,
    issuedAt,
    expirationTime: new Date(issuedAt.getTime() + passkeyChallengeMs),
  })
}

/**
 * Enrols the key of the browser whose wallet signed our message, byte for byte. The wallet stays whose it is; one that someone else has asked
 * for signs no one in until that is decided. The nonce is used up, whatever comes of it.
 */
export async function signInWithWallet(
  deps: AuthenticatorDeps,
  { message, signature, publicKey, trace }: { message: string; signature: string; publicKey: string; trace: string },
): Answer<NewKey> {
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    const { address, nonce = '', issuedAt } = parseSiweMessage(message)
    const asked = await takeChallenge(tx, nonce, 'wallet', nowMs)
    if (!asked) return refuse('challenge_expired', 'Ask for a new message, and let the wallet sign it.')
    if (address === undefined || issuedAt === undefined || asked.publicKey !== publicKey) return notProven
    // A time that is none, or that no date can hold, compares as false.
    if (!(Math.abs(nowMs - issuedAt.getTime()) <= passkeyChallengeMs)) return notProven
    if (messageFor(deps, { address, publicKey, nonce, issuedAt }) !== message) return notProven
    const comparable = comparableAddress('EVM', address)
    if (!(await walletSigned('EVM', comparable, message, signature))) return notProven
    const onliId = await walletThatSignsIn(tx, comparable)
    if (onliId === undefined) return notProven
    await lockUser(tx, onliId)
    if ((await walletThatSignsIn(tx, comparable)) !== onliId) return notProven
    const madeBy = `wallet/${comparable}`
    await endOldestMadeBy(tx, { onliId, madeBy, most: maxBrowsers, nowMs })
    if ((await countKeysInUse(tx, onliId, nowMs)) >= maxKeysInUse)
      return refuse('forbidden', `There are ${maxKeysInUse} keys in use. Revoke one, or wait until one has ended.`)
    const grant = {
      alg: 'ed25519' as const,
      publicKey,
      scopes: walletScopes,
      limits: undefined,
      schemes: ['rfc9421' as const],
      expiresAtMs: nowMs + walletKeyMs,
    }
    return ok(await addKey(deps, tx, { onliId, grant, madeBy, nowMs }))
  })
  if (made.ok) await announceChange(deps, made.value.key.onliId, trace)
  return made
}
