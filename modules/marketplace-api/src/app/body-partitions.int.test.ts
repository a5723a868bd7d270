import type { Database } from '@species/database'
import { pgliteWith, postgresAnswers, postgresWith, retentionOf } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { marketplaceApiModule } from '../index.ts'
import { createWorld, requestOf } from '../test-world.ts'
import { dropOldPartitions, makePartitionsAhead } from './body-partitions.ts'

const names = async (database: Database) =>
  (
    await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'marketplace_api.event_bodies'::regclass AND c.relkind = 'r' ORDER BY 1`,
    )
  ).map((row) => row.name)

const engines: readonly [string, boolean, () => Promise<Database & { drop?: () => Promise<void> }>][] = [
  ['on PGlite', true, () => pgliteWith(marketplaceApiModule)],
  ['on Postgres [needs Postgres]', postgresAnswers, () => postgresWith(marketplaceApiModule)],
]
for (const [name, answers, open] of engines) {
  describe.skipIf(!answers)(`raw bodies by month ${name}`, () => {
    let database: Database & { drop?: () => Promise<void> }
    beforeAll(async () => {
      database = await open()
    })
    afterAll(async () => {
      await (database.drop ?? database.close)()
    })

    it('are made by the first event of a month that came in one step of the clock, for all events that come with it', async () => {
      await database.query('TRUNCATE marketplace_api.event_keys, marketplace_api.event_bodies')
      const { clock, accept } = await createWorld(database)
      const start = clock.now()
      clock.step(100 * 365 * 86_400_000)
      const ids = ['after-0001', 'after-0002', 'after-0003']
      const answers = await Promise.all(ids.map((eventId) => accept(requestOf({ eventId }))))
      expect(answers.map((answer) => answer.ok)).toEqual([true, true, true])
      clock.step(start - clock.now())
      expect((await accept(requestOf({ eventId: 'before-0001' }))).ok).toBe(true)
      const made = (await names(database)).filter((name) => name > 'event_bodies_2100')
      expect(made).toHaveLength(3)
      await database.query('TRUNCATE marketplace_api.event_keys, marketplace_api.event_bodies')
      for (const name of made) await database.query(`DROP TABLE marketplace_api.${name}`)
    })

    it('are made months ahead of need, and dropped only when all their events have ended; the keys stay for ever', async () => {
      const { clock, accept, deps } = await createWorld(database)
      expect(await names(database)).toEqual(['event_bodies_2026_01', 'event_bodies_2026_02', 'event_bodies_2026_03'])
      await accept(requestOf({ eventId: 'event-0001' }))
      clock.set(Date.UTC(2026, 2, 31, 23, 59, 59, 999))
      expect((await accept(requestOf({ eventId: 'event-0002' }))).ok).toBe(true)
      clock.set(Date.UTC(2027, 2, 1))
      await makePartitionsAhead(database, clock)
      await makePartitionsAhead(database, clock)
      expect((await names(database)).slice(-3)).toEqual([
        'event_bodies_2027_03',
        'event_bodies_2027_04',
        'event_bodies_2027_05',
      ])

      expect(await dropOldPartitions(database, retentionOf(clock), 13)).toEqual([])
      await database.query(
        `UPDATE marketplace_api.event_keys SET ended_state = 'completed' WHERE event_id = 'event-0001'`,
      )
      // Two processes come round at once: one drops it, the other finds nothing.
      const both = await Promise.all([1, 2].map(() => dropOldPartitions(database, retentionOf(clock), 13)))
      expect(both.flat()).toEqual(['event_bodies_2026_01'])
      clock.set(Date.UTC(2027, 11, 1))
      await makePartitionsAhead(database, clock)
      expect(await dropOldPartitions(database, retentionOf(clock), 13)).toEqual(['event_bodies_2026_02'])
      expect(await names(database)).toContain('event_bodies_2026_03')
      expect(await deps.database.query('SELECT event_id FROM marketplace_api.event_keys')).toHaveLength(2)
    })
  })
}
