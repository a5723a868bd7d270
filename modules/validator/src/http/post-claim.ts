import { chainSchema, onliIdSchema } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint } from '@species/http'
import { isReservedName } from '@species/kernel'
import { z } from 'zod'
import { claimingByWord, proveByWord } from '../app/claim-by-word.ts'
import type { ValidatorDeps } from '../app/deps.ts'
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

/** Operators vouch for who made a payment: money for the liquidity pool, or a payment older than its wallet's proof. */
export function postClaim(deps: ValidatorDeps): Endpoint {
  const action = deps.secondPerson.define(claimingByWord(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/claims',
      operationId: 'claimPayment',
      tag: 'Operations',
      summary: 'Claim a payment for the liquidity pool or a user, on the word of operators',
      description:
        'The payment is proven on chain like any other and claimed once, for ever; only who made it is the operators’ word, which is kept with the reason. It takes two people. Where several paid in one transaction, `logIndex` says which transfer is meant; what came from a wallet that another user had proven is theirs.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'payment.claim', target: ({ body }) => `${body.chain}:${body.proof}` },
      body: { schema: bodySchema, examples: bodyExamples },
      problems: ['not_found', 'proof_unsupported', ...paymentRefusals],
      responses: {
        201: { description: 'Claimed; the ledger credits it', schema: claimedSchema },
        ...secondPersonResponse,
      },
    },
    async (call) => {
      const { payer, chain, proof, logIndex } = call.body
      return await action.request(call, await proveByWord(deps, { payer, chain, proof, logIndex }), 201)
    },
  )
}
