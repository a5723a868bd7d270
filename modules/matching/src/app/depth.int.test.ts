import type { StateBodies } from '@species/contracts'
import type { Outgoing } from '@species/bus'
import type { Database, Sql } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sizeClassOf } from '../domain/search.ts'
import { matchingModule } from '../index.ts'
import { type World, allRows, buy, createWorld, credit, emptyBook, listingOf, said, sell } from '../test-world.ts'

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

/** Open listings straight into the table: sizes by their number, the first at the lowest price. */
async function shelve(first: number, seller: string, sizes: readonly number[], priceMicro: number): Promise<void> {
  await database.query(
    `INSERT INTO matching.listings (listing_id, book, event_key, seller, unit_price_micro, units_total, units_available, units_reserved,
       status, created_at, expires_at, lapse)
     SELECT 'lst_' || replace(key, '-', ''), 'SPECIES', key::uuid, $2, $4::bigint, units, units, 0, 'open', to_timestamp(n), '2030-01-01', 1
     FROM unnest($1::bigint[]) WITH ORDINALITY AS s(units, n),
       LATERAL (SELECT '01940000-0000-7000-8000-' || lpad(to_hex($3::int + n - 1), 12, '0') AS key) AS k`,
    [sizes, seller, first, priceMicro],
  )
}
const ones = (count: number): number[] => Array.from({ length: count }, () => 1)

/** The world's rows of listings that decisions read from here on. */
function countRead(): () => number {
  let read = 0
  const counting = (sql: Sql): Sql => ({
    ...sql,
    query: async (text, parameters) => {
      const rows = await sql.query(text, parameters)
      if (text.includes('units_reserved') && text.startsWith('SELECT')) read += rows.length
      return rows as never
    },
  })
  const inner = database
  world = createWorld({
    ...counting(inner),
    transaction: (work) => inner.transaction((tx) => work(counting(tx))),
    close: () => inner.close(),
  } as Database)
  return () => read
}

describe('a purchase behind small listings', () => {
  test('is filled from what stands behind them', async () => {
    await shelve(1, 'ann', ones(100), 1_000_000)
    await shelve(1_000, 'bob', [5_000], 2_000_000)
    expect(said(await world.validated(buy(5_000, 'buyer', 5_000)))).toEqual([
      `matched 5000 for ${99 + 2 * 4_901}000000`,
    ])
  })

  test('reads of three thousand small ones only what it may need', async () => {
    await shelve(1, 'ann', ones(3_000), 1_000_000)
    await shelve(10_000, 'bob', [5_000], 2_000_000)
    const read = countRead()
    expect(said(await world.validated(buy(20_000, 'buyer', 5_000)))[0]).toMatch(/^matched 5000/)
    expect(read()).toBeLessThan(600)
  })

  test('is refused for what is true: no hundred listings hold so much', async () => {
    await shelve(1, 'ann', ones(300), 1_000_000)
    const [answer] = await world.validated(buy(5_000, 'buyer', 101))
    expect((answer?.body as StateBodies['refused']).refusal).toMatchObject({
      code: 'no_liquidity',
      detail: expect.stringContaining('at most 100 listings') as string,
    })
  })

  test('pays no more than it allows', async () => {
    await shelve(1, 'ann', ones(300), 1_000_000)
    await shelve(1_000, 'bob', [5_000], 2_000_000)
    const payWith = { ...credit, maxUnitPrice: '1.5' }
    expect(said(await world.validated(buy(5_000, 'buyer', 101, { payWith })))).toEqual(['refused no_liquidity'])
  })

  test('that cannot be paid is refused without a look at the rest of the book', async () => {
    await shelve(1, 'ann', ones(3_000), 1_000_000)
    world = createWorld(database)
    const read = countRead()
    world.credit.set('buyer', 50_000_000n)
    expect(said(await world.validated(buy(20_000, 'buyer', 1_000_000)))).toEqual(['refused insufficient_payment'])
    expect(read()).toBeLessThan(600)
  })
})

describe('listings that a buyer cannot take', () => {
  test('are not read one by one: their own', async () => {
    await shelve(1, 'buyer', ones(3_000), 1_000_000)
    await shelve(10_000, 'bob', [50], 2_000_000)
    const read = countRead()
    expect(said(await world.validated(buy(20_000, 'buyer', 50)))).toEqual(['matched 50 for 100000000'])
    expect(read()).toBeLessThan(600)
  })

  test('are not read one by one: those of a suspended seller', async () => {
    await shelve(1, 'sue', ones(3_000), 1_000_000)
    await shelve(10_000, 'bob', [50], 2_000_000)
    const read = countRead()
    world.standings.set('sue', 'suspended')
    expect(said(await world.validated(buy(20_000, 'buyer', 5)))).toEqual(['matched 5 for 10000000'])
    await world.withhold()
    const before = read()
    expect(said(await world.validated(buy(20_001, 'buyer', 5)))).toEqual(['matched 5 for 10000000'])
    expect(read() - before).toBe(1)
  })
})

test('the database has the size classes that decisions have', async () => {
  const sizes = Array.from({ length: 200 }, (_, n) => n + 1).concat([1_000, 65_535, 65_536, 10 ** 9, 2 ** 52 + 12_345])
  const rows = await database.query<{ units: bigint; class: number }>(
    'SELECT units, matching.size_class(units) AS class FROM unnest($1::bigint[]) AS units',
    [[...sizes.map(String), String(2n ** 63n - 1n)]],
  )
  for (const row of rows) expect([row.units, row.class]).toEqual([row.units, sizeClassOf(row.units)])
})

test('a suspended seller is not shown to buyers, and shown again once active', async () => {
  await shelve(1, 'sue', [7, 8], 1_000_000)
  const shown = async (): Promise<number> =>
    (await matchingModule.queries(database).openListings(undefined, 10, world.clock.now())).length
  world.standings.set('sue', 'suspended')
  await world.withhold()
  expect(await shown()).toBe(0)
  expect(said(await world.validated(buy(50, 'buyer', 1)))).toEqual(['refused no_liquidity'])
  world.standings.delete('sue')
  expect(said(await world.validated(buy(51, 'buyer', 1, { listingId: listingOf(1) })))).toEqual([
    'matched 1 for 1000000',
  ])
  await world.withhold()
  expect(await shown()).toBe(2)
  expect(said(await world.validated(buy(52, 'buyer', 14)))).toEqual(['matched 14 for 14000000'])
})

test('a seller has a bounded number of listings that are not closed, in one batch as one by one', async () => {
  world.configure({ maxOpenPerSeller: 2, minUnits: 3 })
  const sales = [sell(1, 'ann', 3), sell(2, 'ann', 2), sell(3, 'ann', 3), sell(4, 'ann', 3), sell(5, 'bob', 3)]
  expect(said(await world.validated(...sales))).toEqual([
    'matched 3 for 0',
    'refused listing_below_minimum',
    'matched 3 for 0',
    'refused too_many_listings',
    'matched 3 for 0',
  ])
  expect(said(await world.validated(sell(6, 'ann', 3)))).toEqual(['refused too_many_listings'])
  await world.released(sell(1, 'ann', 3))
  expect(said(await world.validated(sell(7, 'ann', 3)))).toEqual(['matched 3 for 0'])
})

test('a batch over a deep book gives what its events one by one would have given', async () => {
  const events = [
    buy(5_000, 'cat', 40),
    buy(5_001, 'ann', 350),
    buy(5_002, 'dan', 100_000),
    buy(5_003, 'bob', 350),
    buy(5_004, 'eve', 2_000, { timeInForce: 'IOC' }),
    buy(5_005, 'cat', 500),
    buy(5_006, 'dan', 120, { listingId: listingOf(2_201) }),
    buy(5_007, 'eve', 900, { payWith: { ...credit, maxUnitPrice: '2.5' } }),
  ]
  const history = async (run: () => Promise<void>): Promise<unknown> => {
    await emptyBook(database)
    world = createWorld(database)
    world.standings.set('sue', 'suspended')
    world.credit.set('bob', 150_000_000n)
    await shelve(1, 'ann', ones(400), 1_000_000)
    await shelve(1_000, 'sue', ones(300), 1_500_000)
    await shelve(2_000, 'bob', [...ones(50), 9, 30, 200, ...ones(50)], 2_000_000)
    await shelve(2_200, 'cat', [70, 150, 3, 700, ...ones(20), 99], 3_000_000)
    await run()
    expect(await matchingModule.queries(database).auditBook()).toEqual([])
    return await allRows(database)
  }
  let together: readonly Outgoing[] = []
  const singly: Outgoing[] = []
  const batch = await history(async () => {
    together = await world.validated(...events)
  })
  const single = await history(async () => {
    for (const one of events) singly.push(...(await world.validated(one)))
  })
  expect(together).toEqual(singly)
  expect(batch).toEqual(single)
  expect(new Set(said(together).map((one) => one.split(' for ')[0]))).toEqual(
    new Set([
      'matched 40',
      'matched 350',
      'matched 1102',
      'refused listing_gone',
      'refused insufficient_payment',
      'refused no_liquidity',
    ]),
  )
})
