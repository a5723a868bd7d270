import { type Chain, addressFault } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { walletSigned } from '../adapters/wallet-signature.ts'
import {
  type Challenge,
  type Wallet,
  claimWallet,
  findChallenge,
  insertChallenge,
  releaseWallet,
} from '../adapters/wallet-store.ts'
import { canonicalAddress, challengeText, familyOf } from '../domain/wallet.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

const challengeLifeMs = 10 * 60_000

/** Gives the text that the wallet at `address` must sign to become this user's. */
export async function challengeWallet(
  deps: AuthenticatorDeps,
  { onliId, chain, address: written }: { onliId: string; chain: Chain; address: string },
): Answer<Challenge> {
  const family = familyOf(chain)
  const fault = addressFault(chain, written)
  if (fault !== undefined) return refuse('invalid_request', `\`address\` is no wallet on ${chain}: ${fault}.`)
  const address = canonicalAddress(family, written)
  const expiresAtMs = deps.clock.now() + challengeLifeMs
  const nonce = Buffer.from(deps.ids.bytes(16)).toString('hex')
  const text = challengeText({ onliId, family, address, nonce, expiresAt: new Date(expiresAtMs).toISOString() })
  const challenge = { challengeId: deps.ids.uuid(), onliId, family, address, text, expiresAtMs }
  await insertChallenge(deps.database, challenge)
  return ok(challenge)
}

/**
 * Makes the address the user's, if its wallet signed the challenge. Doing it again while the challenge stands gives the
 * same answer, with the time of the first proof: payments mined before that time are not the user's by this proof.
 */
export async function proveWallet(
  deps: AuthenticatorDeps,
  { onliId, challengeId, signature, trace }: { onliId: string; challengeId: string; signature: string; trace: string },
): Answer<Wallet> {
  const nowMs = deps.clock.now()
  const challenge = await findChallenge(deps.database, challengeId, onliId, nowMs)
  if (!challenge) return refuse('challenge_expired', 'Ask for a new challenge and let the wallet sign its message.')
  const { family, address, text } = challenge
  if (!(await walletSigned(family, address, text, signature))) {
    return refuse('wallet_proof_invalid', `The signature is not that of ${address} over the message of the challenge.`)
  }
  const owner = await deps.database.transaction(
    async (tx) => await claimWallet(tx, { walletId: deps.ids.uuid(), family, address, onliId, provenAtMs: nowMs }),
  )
  if (owner?.onliId !== onliId) {
    return refuse('wallet_taken', 'Another user has proven this address. It is free once that user releases it.')
  }
  await announceChange(deps, onliId, trace)
  return ok(owner)
}

/** Gives an address up: its payments bind to nobody until somebody proves it again. */
export async function giveUpWallet(
  deps: AuthenticatorDeps,
  { onliId, chain, address: written, trace }: { onliId: string; chain: Chain; address: string; trace: string },
): Answer<true> {
  const family = familyOf(chain)
  const address = canonicalAddress(family, written)
  const had = await releaseWallet(deps.database, { family, address, onliId }, deps.clock.now())
  if (!had) return refuse('not_found', 'You have no such wallet.')
  await announceChange(deps, onliId, trace)
  return ok(true)
}
