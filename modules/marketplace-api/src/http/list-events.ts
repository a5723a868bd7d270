import { endStates, eventIdSchema, normalisedEventSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { eventsOf } from '../adapters/event-queries.ts'
import type { MarketplaceApiDeps } from '../app/deps.ts'

const query = z.strictObject({
  before: eventIdSchema.optional().describe('the last event of the page before'),
  open: z.enum(['true', 'false']).default('false').describe('true: only events that have not ended'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const eventView = z.strictObject({
  eventId: z.string(),
  acceptedAt: z.string(),
  ended: z.enum(endStates).optional().describe('absent while it is under way; its status says how it stands'),
  event: normalisedEventSchema
    .optional()
    .describe('what you asked for; absent while the process that answers is too old to read it'),
})

export function listEvents(deps: Pick<MarketplaceApiDeps, 'database'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events',
      operationId: 'listEvents',
      tag: 'Events',
      summary: 'List your events, newest first',
      description: 'What you asked for, and how each ended if it has. In pages.',
      access: 'read',
      problems: [],
      query,
      responses: {
        200: {
          description: 'A page; ask again `before` the one that `nextBefore` names, as long as it is there',
          schema: z.strictObject({ events: z.array(eventView), nextBefore: z.string().optional() }),
        },
      },
    },
    async ({ principal, query: { before, open, limit } }) => {
      const found = await eventsOf(deps.database, principal.onliId, {
        before,
        isOpen: open === 'true',
        limit: limit + 1,
      })
      const page = found.slice(0, limit)
      const next = found.length > limit ? page.at(-1)?.eventId : undefined
      const events = page.map(({ eventId, acceptedAtMs, ended, event }) => ({
        eventId,
        acceptedAt: new Date(acceptedAtMs).toISOString(),
        ...(ended === undefined ? {} : { ended }),
        ...(event === undefined ? {} : { event }),
      }))
      const answer = { events, ...(next === undefined ? {} : { nextBefore: next }) }
      return json(200, answer, { 'cache-control': 'no-store' })
    },
  )
}
