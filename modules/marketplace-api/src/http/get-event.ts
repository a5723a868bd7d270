import { type EventKeyRow, eventIdSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/runtime'
import { z } from 'zod'
import { marketplaceQueries } from '../adapters/event-keys.ts'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { eventStatusSchema, statusOf } from '../app/event-status.ts'

export const eventParams = z.object({ eventId: eventIdSchema })

export function getEvent(deps: MarketplaceApiDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events/{eventId}',
      tag: 'Events',
      summary: 'How an event of yours stands',
      description:
        'Its state, and why it is there: what is awaited and until when, or the refusal. Once it has ended its receipt says the same, signed.',
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

/** The caller's own event; another owner's event with the same id does not exist for him. */
export async function ownEvent(deps: MarketplaceApiDeps, owner: string, eventId: string): Promise<EventKeyRow> {
  const row = await marketplaceQueries(deps.database).eventByOwner(owner, eventId)
  if (!row) throw new Problem('not_found', `You have no event ${eventId}.`)
  return row
}
