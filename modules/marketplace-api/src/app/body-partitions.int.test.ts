import type { Database } from '@species/runtime'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { marketplaceApiMigrations } from '../index.ts'
import { createWorld, requestOf } from '../test-world.ts'
import { dropOldPartitions, makePartitionsAhead } from './body-partitions.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiMigrations)
})
afterAll(async () => {
  await database.close()
})

const names = async () =>
  (
    await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'marketplace_api.event_bodies'::regclass AND c.relkind = 'r' ORDER BY 1`,
    )
  ).map((row) => row.name)

it('makes months ahead of need, and drops an old one only when all its events have ended; the keys stay for ever', async () => {
  const { clock, accept, deps } = await createWorld(database)
  expect(await names()).toEqual(['event_bodies_2026_01', 'event_bodies_2026_02', 'event_bodies_2026_03'])
  await accept(requestOf({ eventId: 'event-0001' }))
  clock.set(Date.UTC(2026, 2, 31, 23, 59, 59, 999))
  expect((await accept(requestOf({ eventId: 'event-0002' }))).ok).toBe(true)
  clock.set(Date.UTC(2027, 2, 1))
  await makePartitionsAhead(database, clock)
  await makePartitionsAhead(database, clock)
  expect((await names()).slice(-3)).toEqual(['event_bodies_2027_03', 'event_bodies_2027_04', 'event_bodies_2027_05'])

  expect(await dropOldPartitions(database, clock, 13)).toEqual([])
  await database.query(`UPDATE marketplace_api.event_keys SET ended_state = 'completed' WHERE event_id = 'event-0001'`)
  expect(await dropOldPartitions(database, clock, 13)).toEqual(['event_bodies_2026_01'])
  clock.set(Date.UTC(2027, 11, 1))
  await makePartitionsAhead(database, clock)
  expect(await dropOldPartitions(database, clock, 13)).toEqual(['event_bodies_2026_02'])
  expect(await names()).toContain('event_bodies_2026_03')
  expect(await deps.database.query('SELECT event_id FROM marketplace_api.event_keys')).toHaveLength(2)
})
