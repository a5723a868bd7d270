import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import { type World, buy, createWorld, credit, emptyBook, sell, startMs, validated } from '../test-world.ts'
import { matchingQueries } from './listing-rows.ts'

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

const settle = async (...events: Parameters<World['settled']>): Promise<void> => {
  await world.validated(...events)
  await world.settled(...events)
}

test('the depth adds up what is for sale at each price, and says when it was not all', async () => {
  await settle(sell(1, 'ann', 5, '2'), sell(2, 'bob', 7, '2'), sell(3, 'bob', 1, '3'))
  const queries = matchingQueries(database)
  expect(await queries.depth(10, startMs)).toEqual({
    levels: [
      { unitPriceMicro: 2_000_000n, units: 12n, listings: 2 },
      { unitPriceMicro: 3_000_000n, units: 1n, listings: 1 },
    ],
    isWhole: true,
  })
  expect((await queries.depth(2, startMs)).isWhole).toBe(false)
})

test('trades are purchases that have settled, by listing: no redemption, no transfer, nothing under way', async () => {
  await settle(sell(1, 'ann', 5, '2'), sell(2, 'bob', 7, '3'))
  await settle(
    buy(3, 'cat', 8),
    validated(4, 'BUY_TREASURY', { from: 'cat', to: 'treasury', amount: '4', payWith: credit }),
    validated(5, 'REDEEM', { from: 'cat', amount: '1' }),
  )
  await world.validated(buy(6, 'dan', 1))
  const trades = await matchingQueries(database).trades(10)
  expect(trades.map(({ source, units, unitPriceMicro }) => `${source} ${units} at ${unitPriceMicro}`).sort()).toEqual([
    'market 3 at 3000000',
    'market 5 at 2000000',
    'treasury 4 at 1500000',
  ])
})

test('a seller finds their listings with what is reserved of them, and no one else’s', async () => {
  await settle(sell(1, 'ann', 5, '2'), sell(2, 'bob', 7, '3'))
  await world.validated(buy(3, 'cat', 2))
  const listings = await matchingQueries(database).listingsOf('ann', 10)
  expect(listings).toMatchObject([{ seller: 'ann', unitsTotal: 5n, unitsAvailable: 3n, unitsReserved: 2n }])
})
