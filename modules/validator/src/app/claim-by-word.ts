import { isDeepStrictEqual } from 'node:util'
import { chainSchema, isDenied, nextRecheckMs } from '@species/contracts'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { formatUsdt } from '@species/kernel'
import { z } from 'zod'
import { lockHolder } from '../adapters/claims-port.ts'
import { type ClaimRow, insertClaims, toClaim } from '../adapters/claim-rows.ts'
import { awaitingOf } from '../domain/awaiting.ts'
import type { ValidatorDeps } from './deps.ts'
import { type ProofRequest, halted, prove } from './prove.ts'
import { claimed } from './record-verdicts.ts'

const pool = 'liquidity_pool'
const digits = z.string().regex(/^\d{1,78}$/)

/** The transfer that is claimed, as its chain showed it, and for whom. */
const claimSchema = z.strictObject({
  payer: z.string(),
  transfer: z.strictObject({
    chain: chainSchema,
    hash: z.string(),
    logIndex: z.number().int(),
    rawValue: digits,
    nth: z.number().int(),
    fromAddress: z.string(),
    toAddress: z.string(),
    amountMicro: digits,
    blockNumber: z.number().int(),
    blockTimeMs: z.number(),
  }),
})
export type ClaimByWord = z.infer<typeof claimSchema>

/**
 * Claiming a payment on the word of operators. Who made it is their word alone, so it takes two people: also for the liquidity pool, whose
 * money looks like a stranger's that is not in suspense yet.
 */
export function claimingByWord(deps: ValidatorDeps): TwoPersonAction<ClaimByWord> {
  return {
    kind: 'payment.claim',
    role: 'treasurer',
    schema: claimSchema,
    target: ({ transfer: { chain, hash, logIndex } }) => `${chain}:${hash}#${logIndex}`,
    inWords: (_tx, { payer, transfer: { amountMicro, fromAddress, chain, hash, logIndex } }) =>
      `claim ${formatUsdt(BigInt(amountMicro))} USDT from ${fromAddress} (${chain} ${hash}, log ${logIndex}) for ${payer}`,
    // Whether the transfer went to suspense meanwhile changes nothing for the one who approves.
    async version(tx, { transfer }) {
      const holder = await lockHolder(tx, nameOf(transfer))
      if (holder !== undefined && holder !== 'suspense') throw alreadyClaimed()
      return 'unclaimed'
    },
    async beforeApproval({ payer, transfer }) {
      const { chain, hash: proof, logIndex } = transfer
      const now = await proveByWord(deps, { payer, chain, proof, logIndex }).catch((error: unknown) => {
        throw error instanceof Problem && error.code !== 'service_unavailable'
          ? new Problem('precondition_failed', `It cannot be claimed any more: ${error.detail}`)
          : error
      })
      if (!isDeepStrictEqual(now.transfer, transfer))
        throw new Problem('precondition_failed', 'The chain shows another transfer there by now. Propose it again.')
    },
    async run(tx, { payer, transfer }, { actor, reason, trace }) {
      const nowMs = deps.clock.now()
      const eventKey = deps.ids.uuid()
      const { config } = await deps.latestConfig(tx).latest()
      if (config.chains[transfer.chain].halted) throw notYet(halted.reason)
      if (isDenied(config, transfer.chain, transfer.fromAddress))
        throw new Problem(
          'invalid_request',
          `${transfer.fromAddress} is on the deny list: its money is credited to no one.`,
        )
      const row: ClaimRow = {
        ...transfer,
        ...nameOf(transfer),
        amountMicro: BigInt(transfer.amountMicro),
        payer,
        eventKey,
        trace,
        claimedAtMs: nowMs,
        recheckAtMs: nextRecheckMs(transfer.chain, config, nowMs, 0),
        reason: `${reason} (${actor})`,
      }
      const [made] = await insertClaims(tx, [row])
      if (!made) throw alreadyClaimed()
      const { chain, hash, logIndex, amountMicro } = made
      const answer = { payer, claims: [{ chain, hash, logIndex, amount: formatUsdt(amountMicro) }] }
      return {
        answer,
        after: answer,
        afterCommit: () => deps.bus.publish([claimed(trace, eventKey, toClaim(made))]),
      }
    },
  }
}

/** Asks the chain; never inside a transaction. Throws a Problem where the payment cannot be claimed for this payer. */
export async function proveByWord(
  deps: ValidatorDeps,
  asked: Pick<ProofRequest, 'payer' | 'chain' | 'proof' | 'logIndex'>,
): Promise<ClaimByWord> {
  if (asked.payer !== pool && !(await deps.authenticator.standings([asked.payer])).has(asked.payer))
    throw new Problem('not_found', `There is no user ${asked.payer}.`)
  const proof = await prove(deps, { ...asked, pinned: await deps.config.current(), vouched: true })
  if (proof.kind === 'no') throw new Problem(proof.code, proof.detail)
  if (proof.kind !== 'pays') throw notYet(proof.reason)
  const { chain, hash, blockNumber, blockTimeMs } = proof.transaction
  const [one] = proof.claimable
  if (!one) throw alreadyClaimed()
  const { logIndex, rawValue, fromAddress, toAddress } = one.transfer
  return {
    payer: asked.payer,
    transfer: {
      chain,
      hash,
      logIndex,
      rawValue: rawValue.toString(),
      nth: one.nth,
      fromAddress,
      toAddress,
      amountMicro: one.amountMicro.toString(),
      blockNumber,
      blockTimeMs,
    },
  }
}

function nameOf({ chain, hash, fromAddress, toAddress, rawValue, nth }: ClaimByWord['transfer']) {
  return { chain, hash, fromAddress, toAddress, rawValue: BigInt(rawValue), nth }
}

function alreadyClaimed(): Problem {
  return new Problem(
    'already_claimed',
    'This payment was claimed before. One transfer pays once. POST /admin/v1/claims/recheck shows by whom, and has the chain asked again.',
  )
}

function notYet(reason: string): Problem {
  return new Problem('service_unavailable', `The payment cannot be claimed yet. ${awaitingOf(reason).text}`, {
    retryAfterSeconds: 15,
  })
}
