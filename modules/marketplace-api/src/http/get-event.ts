import { eventIdSchema, states, endStates } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/runtime'
import { z } from 'zod'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { ownEvent, statusOf } from '../app/event-status.ts'

export const eventParams = z.object({ eventId: eventIdSchema })
export const eventStatusSchema = z.strictObject({
  eventId: z.string(),
  state: z.enum(states),
  ended: z.enum(endStates).optional(),
  since: z.string(),
  waitingFor: z.string().optional(),
  waitingUntil: z.string().optional(),
})

export function getEvent(deps: MarketplaceApiDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events/{eventId}',
      tag: 'Events',
      summary: 'How an event of yours stands',
      access: 'read',
      params: eventParams,
      responses: { 200: { description: 'Its state', schema: eventStatusSchema } },
    },
    async ({ principal, params }) =>
      json(200, await statusOf(deps, await ownEvent(deps, principal.onliId, params.eventId)), {
        'cache-control': 'no-store',
      }),
  )
}
