import { eventIdSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { eventStatusSchema, ownEvent, statusOf } from '../app/event-status.ts'

export const eventParams = z.object({ eventId: eventIdSchema })

export function getEvent(deps: MarketplaceApiDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events/{eventId}',
      operationId: 'getEvent',
      tag: 'Events',
      summary: 'How an event of yours stands',
      description:
        'Its state, and why it is there: what is awaited and until when, or the refusal. Once it has ended its receipt says the same, signed.',
      access: 'read',
      params: eventParams,
      problems: ['not_found'],
      responses: { 200: { description: 'Its state', schema: eventStatusSchema } },
    },
    async ({ principal, params }) =>
      json(200, await statusOf(deps, await ownEvent(deps, principal.onliId, params.eventId)), {
        'cache-control': 'no-store',
      }),
  )
}
