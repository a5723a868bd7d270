import { atOnce, manualClock, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from './database.ts'
import { type Migration, migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'

const first: Migration = {
  module: 'm',
  name: '0001_a.sql',
  sql: '-- Why: a test;\nCREATE SCHEMA m;\nCREATE TABLE m.a (n integer);\nINSERT INTO m.a VALUES (1);\n',
}
const second: Migration = { module: 'm', name: '0002_b.sql', sql: 'INSERT INTO m.a VALUES (2);' }
const broken: Migration = {
  module: 'm',
  name: '0003_c.sql',
  sql: 'INSERT INTO m.a VALUES (3);\nINSERT INTO m.nothing VALUES (1);',
}
const clock = manualClock()
const numbers = async (database: Database) =>
  (await database.query<{ n: number }>('SELECT n FROM m.a ORDER BY n')).map((row) => row.n)

const engines: readonly [string, boolean, () => Promise<Database & { drop?: () => Promise<void> }>][] = [
  ['on PGlite', true, () => openPglite(undefined)],
  ['on Postgres [needs Postgres]', postgresAnswers, () => postgresWith()],
]
for (const [name, answers, open] of engines) {
  describe.skipIf(!answers)(`migrations ${name}`, () => {
    let database: Database & { drop?: () => Promise<void> }
    beforeAll(async () => {
      database = await open()
    })
    afterAll(async () => {
      await (database.drop ?? database.close)()
    })
    beforeEach(async () => {
      await database.query('DROP SCHEMA IF EXISTS runtime, m, other CASCADE')
    })

    it('run once, in order, and go on where they stopped', async () => {
      expect(await migrate(database, [first], clock)).toBe(1)
      expect(await migrate(database, [first], clock)).toBe(0)
      expect(await migrate(database, [first, second], clock)).toBe(1)
      expect(await numbers(database)).toEqual([1, 2])
    })

    it('are refused by a program that is too old for the database', async () => {
      await migrate(database, [first, second], clock)
      await expect(migrate(database, [first], clock)).rejects.toMatchObject({ code: 'schema_too_new' })
    })

    it('of other modules are none of a program’s business', async () => {
      await migrate(database, [first], clock)
      expect(await migrate(database, [{ ...first, module: 'other', sql: 'CREATE SCHEMA other;' }], clock)).toBe(1)
    })

    it('that were edited after they ran are refused, and nothing else of that start runs', async () => {
      await migrate(database, [first], clock)
      await expect(
        migrate(database, [{ ...first, sql: `${first.sql}-- edited\n` }, second], clock),
      ).rejects.toMatchObject({ code: 'migration_edited' })
      expect(await numbers(database)).toEqual([1])
    })

    it('that fail leave nothing behind', async () => {
      await expect(migrate(database, [first, second, broken], clock)).rejects.toThrow('m.nothing')
      expect(await migrate(database, [first, second], clock)).toBe(2)
      expect(await numbers(database)).toEqual([1, 2])
    })
  })
}

it.skipIf(!postgresAnswers)('migrations run once under twenty simultaneous starts [needs Postgres]', async () => {
  const database = await postgresWith()
  await database.query('DROP SCHEMA runtime CASCADE')
  const ran = await atOnce(database.url, 20, (one) => migrate(one, [first, second], clock))
  expect(ran.reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(await numbers(database)).toEqual([1, 2])
  await database.drop()
})
