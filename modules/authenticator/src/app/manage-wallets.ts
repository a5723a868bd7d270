import { type Chain, addressFault, comparableAddress, familyOf } from '@species/contracts'
import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { ok, refuse } from '@species/kernel'
import { z } from 'zod'
import { walletSigned } from '../adapters/wallet-signature.ts'
import {
  type Challenge,
  type Wallet,
  claimWallet,
  countWallets,
  dropChallenges,
  findChallenge,
  insertChallenge,
  ownerOf,
  releaseWallet,
} from '../adapters/wallet-store.ts'
import {
  type Times,
  type WalletTransfer,
  applyDue,
  decideTransfer,
  hasten,
  lockOpenTransfer,
  lockObjection,
  objectTo,
  openTransfer,
} from '../adapters/transfer-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { challengeText, maxProvenPerDay, maxWallets } from '../domain/wallet.ts'
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
  const address = comparableAddress(family, written)
  const expiresAtMs = deps.clock.now() + challengeLifeMs
  const nonce = Buffer.from(deps.ids.bytes(16)).toString('hex')
  const text = challengeText({
    domain: deps.domain ?? 'localhost',
    onliId,
    family,
    address,
    nonce,
    expiresAt: new Date(expiresAtMs).toISOString(),
  })
  const challenge = { challengeId: deps.ids.uuid(), onliId, family, address, text, expiresAtMs }
  await deps.database.transaction(async (tx) => {
    await lockUser(tx, onliId)
    await insertChallenge(tx, challenge)
  })
  return ok(challenge)
}

export type Proven = { readonly wallet: Wallet } | { readonly transfer: WalletTransfer }

/**
 * Makes the address the user's, if its wallet signed the challenge. Doing it again while the challenge stands gives the
 * same answer, with the time of the first proof: payments mined before that time are not the user's by this proof. Where another
 * owns the address, this is a request to transfer it, which takes effect after `walletTransferMs` unless the owner objects.
 */
export async function proveWallet(
  deps: AuthenticatorDeps,
  { onliId, challengeId, signature, trace }: { onliId: string; challengeId: string; signature: string; trace: string },
): Answer<Proven> {
  const at = await timesOf(deps)
  const { nowMs } = at
  const challenge = await findChallenge(deps.database, challengeId, onliId, nowMs)
  if (!challenge) return refuse('challenge_expired', 'Ask for a new challenge and let the wallet sign its message.')
  const { family, address, text } = challenge
  if (!(await walletSigned(family, address, text, signature))) {
    return refuse('wallet_proof_invalid', `The signature is not that of ${address} over the message of the challenge.`)
  }
  const { config } = await deps.config.current()
  const wallet = { walletId: deps.ids.uuid(), family, address, onliId, provenAtMs: nowMs }
  const proven = await deps.database.transaction(async (tx): Promise<Proven | 'too many' | undefined> => {
    await lockUser(tx, onliId)
    await applyDue(tx, at, { limit: dueAtOnce })
    const before = await ownerOf(tx, wallet)
    const { held, lately } = await countWallets(tx, onliId, nowMs - dayMs)
    if (before?.onliId !== onliId && (held >= maxWallets || lately >= maxProvenPerDay)) return 'too many'
    const owner = await claimWallet(tx, wallet)
    if (!owner || owner.onliId === onliId) return owner && { wallet: owner }
    const transferId = deps.ids.uuid()
    const takesEffectAtMs = nowMs + config.walletTransferMs
    const asked = { transferId, family, address, from: owner.onliId, to: onliId, requestedAtMs: nowMs, takesEffectAtMs }
    const notBeforeMs = at.agedMs + config.walletTransferMs
    const open = await openTransfer(tx, { ...asked, status: 'pending', notBeforeMs })
    if (open?.to !== onliId) return undefined
    if (open.status === 'objected' || open.takesEffectAtMs > nowMs) return { transfer: open }
    await applyDue(tx, at, { only: open.transferId })
    const now = await claimWallet(tx, wallet)
    return now?.onliId === onliId ? { wallet: now } : { transfer: open }
  })
  if (proven === 'too many')
    return refuse(
      'forbidden',
      `A user has at most ${maxWallets} wallets, and proves at most ${maxProvenPerDay} in a day. Give up one that you do not use.`,
    )
  if (!proven)
    return refuse('wallet_taken', 'Another user owns this address, and no new request to transfer it is open to you.')
  await announceChange(deps, onliId, trace)
  if ('transfer' in proven) await announceChange(deps, proven.transfer.from, trace)
  return ok(proven)
}

const dueAtOnce = 100
const dayMs = 86_400_000

async function timesOf({ clock, retention }: AuthenticatorDeps): Promise<Times> {
  return { nowMs: clock.now(), agedMs: await retention.now() }
}

/** Carries out the transfers that are due. */
export async function applyTransfers(deps: AuthenticatorDeps): Promise<void> {
  const at = await timesOf(deps)
  const done = await deps.database.transaction((tx) => applyDue(tx, at, { limit: dueAtOnce }))
  for (const { from, to, transferId, address } of done)
    deps.log.info({ from, to, transferId, address }, 'a wallet was transferred to its newer prover')
}

export const transferDecisions = z.enum(['transfer', 'keep'])
const decisionSchema = z.strictObject({ transferId: z.string(), decision: transferDecisions })

/** Deciding an objection to the transfer of a wallet. It takes two people. */
export function decidingTransfer(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof decisionSchema>> {
  const objection = async (tx: Sql, transferId: string): Promise<WalletTransfer> => {
    const found = await lockObjection(tx, transferId)
    if (!found) throw new Problem('not_found', 'There is no objection to decide under that id.')
    return found
  }
  return {
    kind: 'wallet.decide',
    role: 'operator',
    schema: decisionSchema,
    target: ({ transferId }) => transferId,
    async inWords(tx, { transferId, decision }) {
      const { address, from, to } = await objection(tx, transferId)
      return decision === 'keep'
        ? `let ${from} keep the wallet ${address}, which ${to} has asked for`
        : `transfer the wallet ${address} from ${from} to ${to}`
    },
    version: async (tx, { transferId }) => {
      const { address, from, to } = await objection(tx, transferId)
      return `objected:${address}:${from}:${to}`
    },
    async run(tx, { transferId, decision }, { actor, reason, trace }) {
      const { address, from, to } = await objection(tx, transferId)
      const nowMs = deps.clock.now()
      await decideTransfer(tx, transferId, { decision, reason, decidedBy: actor, nowMs })
      // It waits for nothing more, by neither time.
      if (decision === 'transfer') await applyDue(tx, { nowMs, agedMs: nowMs }, { only: transferId })
      return {
        answer: { transferId, decision },
        before: { address, owner: from },
        after: { address, owner: decision === 'keep' ? from : to },
        afterCommit: async () => {
          await announceChange(deps, from, trace)
          await announceChange(deps, to, trace)
        },
      }
    },
  }
}

/** The owner objects: the transfer waits for an operator. */
export async function objectToTransfer(
  deps: AuthenticatorDeps,
  { onliId, transferId }: { onliId: string; transferId: string },
): Answer<true> {
  if (!(await objectTo(deps.database, transferId, onliId, await timesOf(deps))))
    return refuse('not_found', 'You have no such request to object to, or it has taken effect.')
  deps.log.warn({ onliId, transferId }, 'an owner objects to the transfer of a wallet: an operator must decide')
  return ok(true)
}

/** Gives an address up: its payments bind to no user until one proves it again. */
export async function giveUpWallet(
  deps: AuthenticatorDeps,
  { onliId, chain, address: written, trace }: { onliId: string; chain: Chain; address: string; trace: string },
): Answer<true> {
  const family = familyOf(chain)
  const address = comparableAddress(family, written)
  const at = await timesOf(deps)
  const had = await deps.database.transaction(async (tx) => {
    const wallet = { family, address, onliId }
    await lockOpenTransfer(tx, wallet)
    await applyDue(tx, at, { limit: dueAtOnce })
    if (!(await releaseWallet(tx, wallet, at.nowMs))) return false
    await dropChallenges(tx, wallet)
    const only = await hasten(tx, wallet, at.nowMs)
    if (only !== undefined) await applyDue(tx, at, { only })
    return true
  })
  if (!had) return refuse('not_found', 'You have no such wallet.')
  await announceChange(deps, onliId, trace)
  return ok(true)
}
