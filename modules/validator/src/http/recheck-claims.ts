import { chainSchema, normaliseHash } from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { lookAgain } from '../adapters/recheck-rows.ts'
import type { ValidatorDeps } from '../app/deps.ts'

const answerSchema = z.strictObject({
  claims: z.array(
    z.strictObject({
      payer: z.string(),
      eventKey: z.string(),
      logIndex: z.number(),
      fromAddress: z.string(),
      amount: z.string(),
      claimedAt: z.string(),
      missing: z.number().describe('How often in a row the chain did not show it'),
      vanishedAt: z
        .string()
        .optional()
        .describe('It does not stand any more: what the chain shows can be claimed again'),
    }),
  ),
})

/** What an operator does about `already_claimed`: sees who has claimed the transfers of a transaction, and has the chain asked again. */
export function recheckClaimsNow(deps: ValidatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/claims/recheck',
      operationId: 'recheckClaims',
      tag: 'Operations',
      summary: 'See the claims of a transaction and have them looked at again',
      description:
        'Answers with every claim of the transaction and makes those that stand due for a re-check now, however long ago they were claimed. A claim that the chain does not show any more vanishes after five looks over `vanishedAfterMs`; then its payment is taken back, and what the chain shows instead can be claimed.',
      access: 'operator',
      audit: { action: 'payment.recheck', target: ({ body }) => `${body.chain}:${body.proof}` },
      body: {
        schema: z.strictObject({ chain: chainSchema, proof: z.string().max(80) }),
        examples: { ethereum: { chain: 'ETH', proof: `0x${'9f'.repeat(32)}` } },
      },
      problems: [],
      responses: { 200: { description: 'The claims', schema: answerSchema } },
    },
    async ({ principal, body }) => {
      const hash = normaliseHash(body.chain, body.proof)
      if (hash === undefined)
        throw new Problem('invalid_request', `The proof is not a transaction hash of ${body.chain}.`)
      const rows = await lookAgain(deps.database, body.chain, hash, deps.clock.now())
      deps.log.info(
        { chain: body.chain, hash, by: principal.onliId, claims: rows.length },
        'claims are looked at again',
      )
      const claims = rows.map((row) => ({
        payer: row.payer,
        eventKey: row.eventKey,
        logIndex: row.logIndex,
        fromAddress: row.fromAddress,
        amount: formatUsdt(row.amountMicro),
        claimedAt: new Date(row.claimedAtMs).toISOString(),
        missing: row.missing,
        ...(row.vanishedAtMs === undefined ? {} : { vanishedAt: new Date(row.vanishedAtMs).toISOString() }),
      }))
      return json(200, { claims })
    },
  )
}
