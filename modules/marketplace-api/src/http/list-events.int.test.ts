import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { marketplaceApiModule } from '../index.ts'
import { createWorld, requestOf } from '../test-world.ts'
import { listEvents } from './list-events.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiModule)
})
afterAll(() => database.close())

it('an event that this version cannot read is listed without what it asked for, and hides no other', async () => {
  const world = await createWorld(database)
  for (const eventId of ['event-0001', 'event-0002', 'event-0003']) await world.accept(requestOf({ eventId }))
  await database.query(
    `UPDATE marketplace_api.event_keys SET event = event || '{"newer": true}' WHERE event_id = 'event-0002'`,
  )
  const answer = await listEvents({ database }).handle({
    principal: { onliId: 'alice', keyId: 'k', scopes: ['read'] },
    query: { open: 'false', limit: 10 },
  } as never)
  const { events } = (await answer.json()) as { events: { eventId: string; event?: object }[] }
  expect(events.map(({ eventId, event }) => [eventId, event !== undefined])).toEqual([
    ['event-0003', true],
    ['event-0002', false],
    ['event-0001', true],
  ])
})
