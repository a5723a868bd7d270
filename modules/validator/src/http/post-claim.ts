import { actorOf, chainSchema, onliIdSchema, nextRecheckMs } from '@species/contracts'
import { formatUsdt, isReservedName } from '@species/kernel'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { type ClaimRow, insertClaims, toClaim } from '../adapters/claim-rows.ts'
import type { ValidatorDeps } from '../app/deps.ts'
import { halted, prove } from '../app/prove.ts'
import { claimed } from '../app/record-verdicts.ts'
import { awaitingOf } from '../domain/awaiting.ts'
import { paymentRefusals } from '../domain/judge-payment.ts'

const bodySchema = z.strictObject({
  payer: onliIdSchema.refine(
    (payer) => payer === 'liquidity_pool' || !isReservedName(payer),
    'is not an account that can be paid into',
  ),
  chain: chainSchema,
  proof: z.string().max(80),
  logIndex: z.number().int().nonnegative().optional(),
  reason: z.string().trim().min(8).max(1_000),
})

const bodyExamples = {
  forThePool: {
    payer: 'liquidity_pool',
    chain: 'ETH' as const,
    proof: `0x${'9f'.repeat(32)}`,
    reason: 'The monthly funding of the pool, ticket 1234.',
  },
}

const claimedSchema = z.strictObject({
  payer: z.string(),
  claims: z.array(
    z.strictObject({ chain: chainSchema, hash: z.string(), logIndex: z.number().int(), amount: z.string() }),
  ),
})

/** An operator vouches for who made a payment: money for the liquidity pool, or a payment older than its wallet's proof. */
export function postClaim(deps: ValidatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/claims',
      operationId: 'claimPayment',
      tag: 'Operations',
      summary: 'Claim a payment for the liquidity pool or a user, on your word',
      description:
        'The payment is proven on chain like any other and claimed once, for ever; only who made it is your word, which is kept with the reason. Where several paid in one transaction, `logIndex` says which transfer is meant; what came from a wallet that another user had proven is his.',
      access: 'operator',
      audit: { action: 'payment.claim', target: ({ body }) => `${body.chain}:${body.proof}` },
      body: { schema: bodySchema, examples: bodyExamples },
      problems: ['not_found', 'proof_unsupported', ...paymentRefusals],
      responses: { 201: { description: 'Claimed; the ledger credits it', schema: claimedSchema } },
    },
    async ({ principal, body, trace, changed }) => {
      if (body.payer !== 'liquidity_pool' && !(await deps.authenticator.standings([body.payer])).has(body.payer))
        throw new Problem('not_found', `There is no user ${body.payer}.`)
      const pinned = await deps.config.current()
      const { config } = pinned
      const proof = await prove(deps, { ...body, logIndex: body.logIndex, pinned, vouched: true })
      if (proof.kind === 'no') throw new Problem(proof.code, proof.detail)
      if (proof.kind !== 'pays') throw notYet(proof.reason)
      const nowMs = deps.clock.now()
      const eventKey = deps.ids.uuid()
      const { chain, hash, blockNumber, blockTimeMs } = proof.transaction
      const rows = proof.claimable.map(({ transfer, amountMicro, nth }): ClaimRow => {
        const { logIndex, rawValue, fromAddress, toAddress } = transfer
        const said = `${body.reason} (${actorOf(principal)})`
        return {
          chain,
          hash,
          logIndex,
          rawValue,
          nth,
          fromAddress,
          toAddress,
          amountMicro,
          blockNumber,
          blockTimeMs,
          payer: body.payer,
          eventKey,
          trace,
          claimedAtMs: nowMs,
          recheckAtMs: nextRecheckMs(chain, config, nowMs, 0),
          reason: said,
        }
      })
      const claims = await deps.database.transaction(async (tx) => {
        const latest = await deps.latestConfig(tx).latest()
        if (latest.config.chains[chain].halted) throw notYet(halted.reason)
        return await insertClaims(tx, rows)
      })
      if (claims.length === 0)
        throw new Problem(
          'already_claimed',
          'This payment was claimed before. One transfer pays once. POST /admin/v1/claims/recheck shows by whom, and has the chain asked again.',
        )
      await deps.bus.publish(claims.map((row) => claimed(trace, eventKey, toClaim(row))))
      const answer = {
        payer: body.payer,
        claims: claims.map((row) => ({ chain, hash, logIndex: row.logIndex, amount: formatUsdt(row.amountMicro) })),
      }
      changed({ after: answer })
      return json(201, answer)
    },
  )
}

function notYet(reason: string): Problem {
  return new Problem('service_unavailable', `The payment cannot be claimed yet. ${awaitingOf(reason).text}`, {
    retryAfterSeconds: 15,
  })
}
