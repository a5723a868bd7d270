import type { Claim } from '@species/contracts'
import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { manualClock, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { type World, createWorld } from '../test-world.ts'
import type { AuthenticatorDeps } from './deps.ts'
import { freezePayers } from './freeze-payers.ts'
import { changingStatus, createUser } from './manage-users.ts'

const clock = manualClock()
let database: Database
let deps: AuthenticatorDeps
let world: World
beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  deps = world.deps
})
afterAll(() => database.close())

const claim = (payer: string, hash: string, life?: number): Claim => ({
  chain: 'ETH',
  hash,
  logIndex: 3,
  ...(life === undefined ? {} : { life }),
  payer,
  amountMicro: 5n,
  fromAddress: '0x1',
  toAddress: '0x2',
  blockNumber: 1,
  blockTimeMs: 1,
})
const vanish = async (payer: string, hash: string, life?: number): Promise<void> => {
  const eventKey = systemIds.uuid()
  const body = { eventKey, claim: claim(payer, hash, life), receivableMicro: 5n }
  await freezePayers(deps, [messageOf('payment.reversed', `ETH:${hash}#3`, body)])
}
const statusOf = async (onliId: string): Promise<string | undefined> =>
  (await authenticatorModule.queries(database).standings([onliId])).get(onliId)?.status
const decide = async (onliId: string, status: 'active' | 'suspended' | 'frozen'): Promise<void> => {
  const by = { reason: 'an operator says so', actor: 'olga', trace: 't' }
  await deps.database.transaction((tx) => changingStatus(deps).run(tx, { onliId, status }, by))
}
const historyOf = async (onliId: string): Promise<[status: string, by: string][]> => {
  const rows = await database.query<{ status: string; changed_by: string }>(
    'SELECT status, changed_by FROM authenticator.status_changes WHERE onli_id = $1 ORDER BY changed_at',
    [onliId],
  )
  return rows.map((row) => [row.status, row.changed_by])
}

describe('a user whose payment vanished', () => {
  let count = 0
  let user: string
  beforeEach(async () => {
    user = `user-${++count}`
    await createUser(deps, { onliId: user, profileTray: {}, trace: 't' })
  })

  test('is frozen, once a payment: what an operator decided since stands when the word comes again', async () => {
    await vanish(user, `${user} a`)
    expect(await statusOf(user)).toBe('frozen')
    await decide(user, 'active')
    await vanish(user, `${user} a`)
    expect(await statusOf(user)).toBe('active')
    await vanish(user, `${user} b`)
    expect(await statusOf(user)).toBe('frozen')
  })

  test('again after it had been claimed again is frozen again', async () => {
    await vanish(user, `${user} a`)
    await decide(user, 'active')
    await vanish(user, `${user} a`, 1)
    expect(await statusOf(user)).toBe('frozen')
  })

  test.each(['suspended', 'frozen'] as const)(
    'and who is %s already is frozen for it too, with its reason',
    async (before) => {
      await decide(user, before)
      clock.advance(1_000)
      await vanish(user, `${user} a`)
      expect(await statusOf(user)).toBe('frozen')
      expect(await historyOf(user)).toEqual([
        [before, 'olga'],
        ['frozen', 'species'],
      ])
    },
  )
})

test('more users than are frozen in a day are not frozen: payouts are halted once instead', async () => {
  clock.advance(2 * 86_400_000)
  const users = Array.from({ length: 23 }, (_, n) => `many-${n}`)
  for (const onliId of users) {
    await createUser(deps, { onliId, profileTray: {}, trace: 't' })
    await vanish(onliId, `${onliId} a`)
  }
  const statuses = await Promise.all(users.map(statusOf))
  expect(statuses.map((status) => status === 'frozen')).toEqual(users.map((_, n) => n < 20))
  expect(new Set(world.halts.map(({ cause }) => cause)).size).toBe(1)
  expect(world.halts[0]).toMatchObject({ by: 'authenticator' })
  // One who is frozen already is frozen for another payment too; a day later freezing goes on.
  await vanish('many-0', 'many-0 b')
  clock.advance(86_400_000 + 1)
  await vanish('many-22', 'many-22 b')
  expect(await statusOf('many-22')).toBe('frozen')
})

test('a payment for the liquidity pool freezes nobody', async () => {
  await vanish('liquidity_pool', 'of the pool')
  expect(await historyOf('liquidity_pool')).toEqual([])
})
