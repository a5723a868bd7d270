import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import { type World, buy, createWorld, delist, emptyBook, eventKey, listingOf, sell } from '../test-world.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(matchingModule)
})
beforeEach(async () => {
  await emptyBook(database)
  world = createWorld(database)
})
afterAll(() => database.close())

const listing = async (n: number): Promise<string> => {
  const found = await matchingModule.queries(database).listing(listingOf(n))
  return found ? `${found.status} ${found.unitsAvailable} of ${found.unitsTotal}` : 'none'
}
/** The cashier settles an event, and the message that says so is lost. */
const settleUnheard = (n: number): void => {
  world.cashierStages.set(eventKey(n), { state: 'settled', atMs: world.clock.now() })
}

test('a sale and a purchase that settled without matching hearing of it are consumed once they are old enough, once', async () => {
  await world.validated(sell(1, 'ann', 10))
  settleUnheard(1)
  await world.lapse()
  expect(await listing(1)).toBe('pending 0 of 10')
  world.clock.advance(31_000)
  await world.lapse()
  expect(await listing(1)).toBe('open 10 of 10')

  await world.validated(buy(2, 'buyer', 4), buy(3, 'buyer', 2))
  settleUnheard(2)
  world.clock.advance(31_000)
  await world.lapse()
  await world.lapse()
  expect(await listing(1)).toBe('open 4 of 10')
  // The third is still on its way: its units stay reserved.
  expect(await matchingModule.queries(database).auditBook()).toEqual([])
  await world.released(buy(3, 'buyer', 2))
  expect(await listing(1)).toBe('open 6 of 10')
  // The message comes after all.
  await world.settled(buy(2, 'buyer', 4))
  expect(await listing(1)).toBe('open 6 of 10')
})

test('an event that the cashier released is not consumed', async () => {
  await world.validated(sell(1, 'ann', 10))
  world.cashierStages.set(eventKey(1), { state: 'released', atMs: world.clock.now() })
  world.clock.advance(31_000)
  await world.lapse()
  expect(await listing(1)).toBe('pending 0 of 10')
})

test('a listing whose units cannot be given back alarms after a few lapses', async () => {
  const alarms: unknown[] = []
  const log = { ...world.deps.log, error: (facts: unknown) => alarms.push(facts) }
  Object.assign(world.deps, { log })
  await world.validated(sell(1, 'ann', 10))
  await world.settled(sell(1, 'ann', 10))
  for (let lapse = 1; lapse <= 7; lapse++) {
    world.clock.advance(86_400_000 * 2)
    await world.lapse()
    await world.released(delist(10 + lapse, 'ann', listingOf(1), { lapsed: true }))
  }
  expect(alarms).toHaveLength(2)
})
