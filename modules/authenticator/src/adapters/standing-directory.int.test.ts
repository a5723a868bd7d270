import type { Database, Sql } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createStandingDirectory, authenticatorModule } from '../index.ts'

let database: Database
let asked: string[][] = []
let counting: Sql
let standings: (...onliIds: string[]) => Promise<Record<string, string>>

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await database.query('DELETE FROM authenticator.users')
  for (const onliId of ['ann', 'bob']) await register(onliId)
  asked = []
  counting = {
    query: (text, parameters = []) => {
      if (text.includes('authenticator.users')) asked.push(parameters[0] as string[])
      return database.query(text, parameters)
    },
  }
  const directory = createStandingDirectory()
  standings = async (...onliIds) =>
    Object.fromEntries(
      [...(await directory(counting).standings(onliIds))].map(([onliId, { status }]) => [onliId, status]),
    )
})

const register = (onliId: string): Promise<unknown> =>
  database.query(
    `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
     VALUES ($1, $2, $3, 'active', '{}', $4, $4)`,
    [onliId, crypto.randomUUID(), `vault-${onliId}`, new Date(0).toISOString()],
  )
const suspend = (onliId: string): Promise<unknown> =>
  database.query(`UPDATE authenticator.users SET status = 'suspended' WHERE onli_id = $1`, [onliId])

test('whoever is known is not asked for again while nobody has changed', async () => {
  expect(await standings('ann', 'bob')).toEqual({ ann: 'active', bob: 'active' })
  await register('cat')
  expect(await standings('ann', 'cat')).toEqual({ ann: 'active', cat: 'active' })
  expect(await standings('ann', 'bob', 'cat')).toEqual({ ann: 'active', bob: 'active', cat: 'active' })
  expect(asked).toEqual([['ann', 'bob'], ['cat']])
})

test('a change of anybody is seen by the very next question', async () => {
  await standings('ann', 'bob')
  await suspend('bob')
  expect(await standings('ann', 'bob')).toEqual({ ann: 'active', bob: 'suspended' })
})

test('a change that is rolled back was none, and one within a transaction counts once it is committed', async () => {
  await standings('ann')
  await expect(
    database.transaction(async (tx) => {
      await tx.query(`UPDATE authenticator.users SET status = 'suspended' WHERE onli_id = 'ann'`)
      throw new Error('back')
    }),
  ).rejects.toThrow('back')
  expect(await standings('ann')).toEqual({ ann: 'active' })
  await database.transaction(async (tx) => {
    await tx.query(`UPDATE authenticator.users SET status = 'suspended' WHERE onli_id = 'ann'`)
  })
  expect(await standings('ann')).toEqual({ ann: 'suspended' })
})

test('who is not known is asked for each time', async () => {
  expect(await standings('eve')).toEqual({})
  await register('eve')
  expect(await standings('eve')).toEqual({ eve: 'active' })
})
