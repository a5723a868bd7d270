import type { Database } from '@species/runtime'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { markEnded, putOff } from '../adapters/event-keys.ts'
import { marketplaceApiMigrations } from '../index.ts'
import { type World, createWorld, emptyEvents, requestOf } from '../test-world.ts'
import { createBacklog } from './backlog.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiMigrations)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await emptyEvents(database)
  world = await createWorld(database)
  for (const eventId of ['event-0001', 'event-0002', 'event-0003']) await world.accept(requestOf({ eventId }))
})

/** The count once it was taken: asking sets it off. */
async function counted(): Promise<number> {
  const backlog = createBacklog(world.deps)
  backlog()
  const query = vi.spyOn(world.deps.log, 'warn')
  await database.query('SELECT 1')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(query).not.toHaveBeenCalled()
  return backlog()
}

const keys = async (): Promise<string[]> =>
  (await database.query<{ event_key: string }>('SELECT event_key FROM marketplace_api.event_keys')).map(
    (row) => row.event_key,
  )

it('is what was accepted lately, by whichever process, and has not ended', async () => {
  expect(await counted()).toBe(3)
  await markEnded(database, (await keys()).slice(0, 1), 'completed', world.clock.now())
  expect(await counted()).toBe(2)
})

it('does not count what somebody waits for: a partner that is down closes the door to nobody', async () => {
  const waits = (await keys()).map((eventKey) => ({ eventKey, untilMs: world.clock.now() + 3_600_000 }))
  await putOff(database, waits)
  expect(await counted()).toBe(0)
})

it('is the messages of this process where those are more', async () => {
  world.waiting = 7
  expect(await counted()).toBe(7)
})

it('stays what it was while the rows cannot be counted', async () => {
  const warn = vi.spyOn(world.deps.log, 'warn')
  const away = { ...database, query: () => Promise.reject(new Error('away')) }
  const backlog = createBacklog({ ...world.deps, database: away })
  expect(backlog()).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([backlog(), warn.mock.calls.length]).toEqual([0, 1])
})
