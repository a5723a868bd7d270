import type { Database } from '@species/runtime'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { validatorMigrations, validatorQueries } from '../index.ts'
import { event, paid, world } from '../test-world.ts'
import { validateEvents } from './validate-events.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorMigrations)
})
afterAll(() => database.close())

test('claims nothing in a transaction that did not begin, though its first statement goes out with BEGIN', async () => {
  // As the pool does it: the first statement is done by itself, and the next is refused.
  const unbegun: Database = {
    ...database,
    async transaction(work) {
      let asked = 0
      return await work({
        query: async (text, parameters) => {
          if (asked++ > 0) throw new Error('BEGIN failed')
          return await database.query(text, parameters)
        },
      })
    },
  }
  const { deps, chain } = world(unbegun)
  chain.answer = paid(12)
  await expect(validateEvents(deps, [event(1)])).rejects.toThrow('BEGIN failed')
  expect(await validatorQueries(database).paymentsClaimed()).toBe(0n)
})
