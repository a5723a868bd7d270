import { actorOf } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { listReviews } from '../adapters/review-rows.ts'
import type { FloorManagerDeps } from '../app/deps.ts'
import { decide } from '../app/review-events.ts'

const tag = 'Operations'

const reviewView = z.strictObject({
  eventKey: z.uuid(),
  eventId: z.string().optional(),
  owner: z.string().optional(),
  intent: z.string().optional(),
  raisedBy: z.string().describe('the module that asks'),
  reason: z.string(),
  facts: z.record(z.string(), z.string()),
  openedAt: z.iso.datetime(),
  decision: z.enum(['confirm', 'refuse']).optional(),
  decisionReason: z.string().optional(),
  decidedBy: z.string().optional(),
  decidedAt: z.iso.datetime().optional(),
})

export function getReviews(deps: FloorManagerDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/reviews',
      operationId: 'listReviews',
      tag,
      summary: 'Events that wait for a person',
      description:
        'At most 200. An open one holds money or units until an operator decides it; decided ones stay visible, the newest first.',
      access: 'operator',
      role: 'viewer',
      query: z.object({ state: z.enum(['open', 'decided']).default('open') }),
      problems: [],
      responses: {
        200: {
          description: 'Open reviews, oldest first, or decided ones, newest first',
          schema: z.strictObject({ reviews: z.array(reviewView) }),
        },
      },
    },
    async ({ query }) => {
      const rows = await listReviews(deps.database, query.state, 200)
      const reviews = rows.map(({ openedAtMs, decidedAtMs, ...row }) => ({
        ...row,
        openedAt: new Date(openedAtMs).toISOString(),
        ...(decidedAtMs === undefined ? {} : { decidedAt: new Date(decidedAtMs).toISOString() }),
      }))
      return json(200, { reviews })
    },
  )
}

const decisionSchema = z.strictObject({
  decision: z.enum(['confirm', 'refuse']),
  reason: z.string().trim().min(8).max(1_000),
})

export function postReview(deps: FloorManagerDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/reviews/{eventKey}',
      operationId: 'decideReview',
      tag,
      summary: 'Decide a review',
      description:
        '`confirm`: the units did change owner, the event settles on your word. `refuse`: they did not and will not, everything held is given back. Of a payment (`raisedBy` is the validator), `confirm`: it counts, `refuse`: it is not claimed. The reason is kept and stands in the receipt.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'review.decide', target: ({ params }) => params.eventKey },
      params: z.object({ eventKey: z.uuid() }),
      body: {
        schema: decisionSchema,
        examples: { confirm: { decision: 'confirm', reason: 'Onli Cloud confirms the move by letter.' } },
      },
      problems: ['not_found'],
      responses: {
        200: { description: 'Decided', schema: decisionSchema.extend({ eventKey: z.uuid() }) },
      },
    },
    async ({ principal, params, body }) => {
      const row = await decide(deps, params.eventKey, { ...body, operator: actorOf(principal) })
      if (row === 'unreadable')
        throw new Problem(
          'service_unavailable',
          'A newer version of the program wrote this event, and the process that answers cannot read it. Nothing was decided: decide it again where the newer version runs.',
          { retryAfterSeconds: 60 },
        )
      if (!row)
        throw new Problem('not_found', 'No open review of that event. It may have been decided otherwise already.')
      return json(200, { eventKey: row.eventKey, decision: row.decision, reason: row.decisionReason })
    },
  )
}
