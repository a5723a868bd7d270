import { quoteIdOf } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import { type World, buy, config, createWorld, emptyBook, eventKey, listingOf, said, sell } from '../test-world.ts'
import { createUnitHolds, releaseLeft } from './unit-holds.ts'

let database: Database
let world: World
let holds: ReturnType<typeof createUnitHolds>
beforeAll(async () => {
  database = await pgliteWith(matchingModule)
})
beforeEach(async () => {
  await emptyBook(database)
  await database.query('DELETE FROM matching.unit_holds')
  await database.query('UPDATE matching.books SET units_quoted = 0')
  world = createWorld(database)
  holds = createUnitHolds(world.deps)
})
afterAll(() => database.close())

async function offer(n: number, units: number, price = '2'): Promise<void> {
  const sale = sell(n, `seller-${n}`, units, price)
  await world.validated(sale)
  await world.settled(sale)
}

const listing = (n: number) => matchingModule.queries(database).listing(listingOf(n))
const free = async (n: number): Promise<bigint | undefined> => (await listing(n))?.unitsAvailable

/** The n-th quote: what it holds, or why it holds nothing. */
async function hold(n: number, buyer: string, units: number, more: Parameters<typeof buy>[3] = {}): Promise<string> {
  const held = await database.transaction((tx) => holds(tx).hold({ dossier: buy(n, buyer, units, more), config }))
  return held.ok ? held.value.fills.map((fill) => `${fill.units}`).join('+') : held.refusal.code
}
const release = (n: number): Promise<void> => database.transaction((tx) => holds(tx).release([eventKey(n)]))
const citing = (n: number, quote: number, buyer: string, units: number) =>
  buy(n, buyer, units, { payWith: { source: 'chain', currency: 'USDT', quote: quoteIdOf(eventKey(quote)) } })
const bind = (quote: number, n: number): Promise<void> =>
  database.transaction((tx) => holds(tx).bind(eventKey(quote), eventKey(n)))

async function audited(): Promise<void> {
  expect(await matchingModule.queries(database).auditBook()).toEqual([])
}

describe('units that quotes hold', () => {
  test('are for no other buyer, and are back when the quote ends, once', async () => {
    await offer(1, 100)
    expect(await hold(10, 'alice', 20)).toBe('20')
    expect(await free(1)).toBe(80n)
    expect(said(await world.validated(buy(2, 'bob', 81, { timeInForce: 'FOK' })))).toEqual(['refused no_liquidity'])
    await audited()
    await release(10)
    await release(10)
    expect(await free(1)).toBe(100n)
    await audited()
  })

  test('are at most a fifth of all units for sale, however many users ask, and are counted again when some are given back', async () => {
    await offer(1, 500)
    await offer(2, 500)
    for (let n = 0; n < 4; n++) expect(await hold(10 + n, `user-${n}`, 50)).toBe('50')
    expect(await hold(20, 'late', 1)).toBe('quote_units_exceeded')
    await release(10)
    expect(await hold(21, 'late', 50)).toBe('50')
    await audited()
  })

  test('of an owner’s later quotes are at most a hundredth of that; the first is bound by the rest of all alone', async () => {
    await offer(1, 10_000)
    expect(await hold(10, 'alice', 10)).toBe('10')
    expect(await hold(11, 'alice', 11)).toBe('quote_units_exceeded')
    expect(await hold(12, 'alice', 10)).toBe('10')
    expect(await hold(13, 'alice', 1)).toBe('quote_units_exceeded')
    expect(await hold(14, 'bob', 1_900)).toBe('1900')
  })

  test('are at most half of a listing: what is missing comes from the next', async () => {
    await offer(1, 10, '1')
    await offer(2, 1_000, '2')
    expect(await hold(10, 'alice', 8)).toBe('5+3')
    expect(await hold(11, 'bob', 1, { listingId: listingOf(1) })).toBe('listing_gone')
    expect([await free(1), await free(2)]).toEqual([5n, 997n])
    await audited()
  })
})

describe('an event that cites a quote', () => {
  test('gets what the quote holds at its price, although cheaper units came since; no other event gets it', async () => {
    await offer(1, 100, '2')
    await hold(10, 'alice', 10)
    await offer(3, 100, '1')
    await bind(10, 20)
    expect(said(await world.validated(citing(21, 10, 'alice', 10)))).toEqual(['refused quote_ended'])
    expect(said(await world.validated(citing(20, 10, 'alice', 10)))).toEqual(['matched 10 for 20000000'])
    await release(10)
    await world.settled(citing(20, 10, 'alice', 10))
    expect([await free(1), await free(3)]).toEqual([90n, 100n])
    await audited()
  })

  test('that fails after it was matched gives the units back', async () => {
    await offer(1, 100)
    await hold(10, 'alice', 10)
    await bind(10, 20)
    const event = citing(20, 10, 'alice', 10)
    await world.validated(event)
    await world.released(event)
    expect(await free(1)).toBe(100n)
    await audited()
  })

  test('that ends before it was matched, or is refused, leaves units that come back by themselves', async () => {
    await offer(1, 100)
    await hold(10, 'alice', 5)
    await hold(11, 'bob', 5)
    await bind(10, 20)
    await bind(11, 21)
    await world.released(citing(20, 10, 'alice', 5))
    world.standings.set('bob', 'suspended')
    expect(said(await world.validated(citing(21, 11, 'bob', 5)))).toEqual(['refused user_suspended'])
    await releaseLeft(world.deps)
    expect(await free(1)).toBe(100n)
    await audited()
  })
})
