import type { Body, StateBodies } from '@species/contracts'
import type { Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import {
  type World,
  allRows,
  buy,
  createWorld,
  credit,
  delist,
  emptyBook,
  eventKey,
  hourMs,
  listingOf,
  said,
  sell,
  validated,
} from '../test-world.ts'

type Validated = StateBodies['validated']

let database: Database
let world: World
const queries = (): ReturnType<typeof matchingModule.queries> => matchingModule.queries(database)

beforeAll(async () => {
  database = await pgliteWith(matchingModule)
})
beforeEach(async () => {
  await emptyBook(database)
  world = createWorld(database)
})
afterAll(async () => {
  await database.close()
})

/** Sales that are settled: their listings are open. */
async function openListings(...sales: Validated[]): Promise<void> {
  await world.validated(...sales)
  await world.settled(...sales)
}
const shown = async (): Promise<string[]> =>
  (await queries().openListings(undefined, 100, world.clock.now())).map(
    (one) => `${one.unitsAvailable} of ${one.listingId}`,
  )
const stateOf = async (n: number): Promise<string> => {
  const [row] = await database.query<{ status: string; units_available: bigint; units_reserved: bigint }>(
    'SELECT status, units_available, units_reserved FROM matching.listings WHERE listing_id = $1',
    [listingOf(n)],
  )
  return row ? `${row.status} ${row.units_available}+${row.units_reserved}` : 'none'
}
const lapses = (): Body<'listing.lapsed'>[] => {
  const heard: Body<'listing.lapsed'>[] = []
  world.bus.tap('listing.lapsed', (message) => heard.push(message.body))
  return heard
}

describe('a listing', () => {
  test('is for sale once its units are in escrow, and not a message earlier', async () => {
    const sale = sell(1, 'ann', 10)
    expect(said(await world.validated(sale))).toEqual(['matched 10 for 0'])
    expect(await shown()).toEqual([])
    expect(said(await world.validated(buy(2, 'buyer', 1, { listingId: listingOf(1) })))).toEqual([
      'refused listing_not_found',
    ])
    await world.settled(sale)
    expect(await shown()).toEqual([`10 of ${listingOf(1)}`])
    expect(said(await world.validated(buy(3, 'buyer', 1, { listingId: listingOf(1) })))).toEqual([
      'matched 1 for 2000000',
    ])
  })

  test('is for sale to whoever names it as soon as the cashier has settled its sale', async () => {
    await world.validated(sell(1, 'ann', 10))
    world.cashierStages.set(eventKey(1), { state: 'settled', atMs: 1 })
    expect(said(await world.validated(buy(2, 'buyer', 4, { listingId: listingOf(1) })))).toEqual([
      'matched 4 for 8000000',
    ])
    await world.settled(sell(1, 'ann', 10))
    expect(await stateOf(1)).toBe('open 6+4')
  })

  test('whose sale settles between a first answer and its repetition changes neither answer', async () => {
    await world.validated(sell(1, 'ann', 10))
    const early = buy(2, 'buyer', 4, { listingId: listingOf(1) })
    const first = await world.validated(early)
    world.cashierStages.set(eventKey(1), { state: 'settled', atMs: 1 })
    expect(await world.validated(early, validated(3, 'TRANSFER', { to: 'bob', amount: '1' }))).toMatchObject([
      ...first,
      { topic: 'matched' },
    ])
  })

  test('is closed if its sale fails', async () => {
    const sale = sell(1, 'ann', 10)
    await world.validated(sale)
    expect(said(await world.released(sale))).toEqual(['returned insufficient_payment'])
    expect(await stateOf(1)).toBe('closed 0+0')
  })

  test('is closed once its last unit has gone', async () => {
    await openListings(sell(1, 'ann', 10))
    const purchase = buy(2, 'buyer', 10)
    await world.validated(purchase)
    expect(await stateOf(1)).toBe('open 0+10')
    await world.settled(purchase)
    expect(await stateOf(1)).toBe('closed 0+0')
    expect(await queries().auditBook()).toEqual([])
  })

  test('of a suspended seller is passed over, and the next ones make up for it', async () => {
    await openListings(
      sell(1, 'sue', 10, '1'),
      sell(2, 'ann', 10, '2'),
      sell(3, 'tom', 10, '3'),
      sell(4, 'bob', 10, '4'),
    )
    world.standings.set('sue', 'suspended')
    world.standings.set('tom', 'frozen')
    expect(said(await world.validated(buy(5, 'buyer', 15)))).toEqual(['matched 15 for 40000000'])
    expect([await stateOf(1), await stateOf(3)]).toEqual(['open 10+0', 'open 10+0'])
  })

  test('is found however many others stand before it', async () => {
    await openListings(
      ...Array.from({ length: 300 }, (_, index) => sell(index + 1, 'buyer', 1, '1')),
      sell(400, 'ann', 5, '2'),
    )
    expect(said(await world.validated(buy(500, 'buyer', 5)))).toEqual(['matched 5 for 10000000'])
  })
})

describe('a lapse', () => {
  test('that keeps coming to nothing is told less and less often, and at least every hour', async () => {
    await openListings(sell(1, 'ann', 10))
    const heard = lapses()
    world.clock.advance(200 * hourMs)
    await world.lapse()
    const pauses: number[] = []
    for (let lapse = 1; lapse <= 12; lapse++) {
      await database.query('UPDATE matching.listings SET lapse = $1', [lapse])
      let seconds = 0
      for (const before = heard.length; heard.length === before; seconds += 10) {
        world.clock.advance(10_000)
        await world.lapse()
      }
      pauses.push(seconds)
    }
    expect(pauses).toEqual([10, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600])
  })

  test('hides the listing at once and is told until its units are gone', async () => {
    await openListings(sell(1, 'ann', 10))
    const heard = lapses()
    await world.lapse()
    world.clock.advance(hourMs)
    expect(await shown()).toEqual([])
    expect(said(await world.validated(buy(2, 'buyer', 1)))).toEqual(['refused no_liquidity'])
    await world.lapse()
    await world.lapse()
    world.clock.advance(10_000)
    await world.lapse()
    const notice = { eventKey: eventKey(1), listingId: listingOf(1), seller: 'ann', lapse: 1 }
    expect(heard).toEqual([notice, notice])
    const minted = delist(3, 'ann', listingOf(1), { lapsed: true })
    expect(said(await world.validated(minted))).toEqual(['matched 10 for 0'])
    await world.settled(minted)
    world.clock.advance(10_000)
    await world.lapse()
    expect(heard.length).toBe(2)
    expect(await stateOf(1)).toBe('closed 0+0')
    expect(await queries().auditBook()).toEqual([])
  })

  test.each(['after it was matched', 'before matching ever saw it'])(
    'whose event comes to nothing %s is told as another one, so that no units are stuck',
    async (when) => {
      await openListings(sell(1, 'ann', 10))
      const heard = lapses()
      world.clock.advance(hourMs)
      await world.lapse()
      const minted = delist(2, 'ann', listingOf(1), { lapsed: true })
      if (when.startsWith('after')) await world.validated(minted)
      await world.released(minted)
      await world.released(minted)
      world.clock.advance(10_000)
      await world.lapse()
      expect(heard.map((one) => one.lapse)).toEqual([1, 2])
      expect(said(await world.validated(delist(3, 'ann', listingOf(1), { lapsed: true })))).toEqual([
        'matched 10 for 0',
      ])
    },
  )

  test('is told of units that come back to a listing that was taken off', async () => {
    await openListings(sell(1, 'ann', 10))
    const heard = lapses()
    const [purchase, taken] = [buy(2, 'buyer', 4), delist(3, 'ann', listingOf(1))]
    expect(said(await world.validated(purchase, taken, delist(4, 'ann', listingOf(1))))).toEqual([
      'matched 4 for 8000000',
      'matched 6 for 0',
      'refused nothing_to_delist',
    ])
    await world.settled(taken)
    await world.lapse()
    expect(heard).toEqual([])
    await world.released(purchase)
    expect(await stateOf(1)).toBe('closing 4+0')
    expect(await shown()).toEqual([])
    await world.lapse()
    expect(heard.map((one) => one.lapse)).toEqual([2])
  })
})

describe('the road back', () => {
  test('of a delisting that was refused after it was matched leaves the listing on the market, and mints nothing', async () => {
    await openListings(sell(1, 'ann', 10))
    const heard = lapses()
    const taken = delist(2, 'ann', listingOf(1))
    expect(said(await world.validated(taken))).toEqual(['matched 10 for 0'])
    expect(said(await world.validated(buy(3, 'buyer', 4)))).toEqual(['refused no_liquidity'])
    await world.released(taken)
    expect(await stateOf(1)).toBe('open 10+0')
    await world.lapse()
    expect(heard).toEqual([])
    expect(said(await world.validated(buy(4, 'buyer', 4)))).toEqual(['matched 4 for 8000000'])
  })

  test('of an event that matching never saw is stored, and an event that comes later goes the same way', async () => {
    await openListings(sell(1, 'ann', 10))
    const purchase = buy(2, 'buyer', 4)
    const first = await world.released(purchase)
    expect(said(first)).toEqual(['returned insufficient_payment'])
    world.clock.advance(5)
    expect(await world.validated(purchase)).toEqual(first)
    expect(await world.released(purchase)).toEqual(first)
    expect(await stateOf(1)).toBe('open 10+0')
  })

  test('of a refusal by matching ends in the same row', async () => {
    const purchase = buy(2, 'buyer', 4)
    const refused = await world.validated(purchase)
    expect(await world.validated(purchase)).toEqual(refused)
    const returned = await world.released(purchase)
    expect(await world.validated(purchase)).toEqual(returned)
    expect(await queries().stageOf(eventKey(2))).toMatchObject({ state: 'returned' })
  })

  test('is closed to what has settled', async () => {
    await openListings(sell(1, 'ann', 10))
    const before = await allRows(database)
    await expect(world.released(sell(1, 'ann', 10))).rejects.toThrow('settled')
    expect(await allRows(database)).toEqual(before)
  })
})

describe('a batch', () => {
  const people = ['ann', 'bob', 'cat', 'sue'] as const
  const sales = fc.array(
    fc.record({
      seller: fc.constantFrom(...people),
      units: fc.integer({ min: 1, max: 6 }),
      price: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  const acts = fc.array(
    fc.record({
      act: fc.constantFrom('best', 'best', 'best', 'named', 'delist', 'transfer', 'sell'),
      who: fc.constantFrom(...people),
      units: fc.integer({ min: 1, max: 9 }),
      listing: fc.integer({ min: 1, max: 9 }),
      ioc: fc.boolean(),
      max: fc.constantFrom(undefined, '1', '2'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  const toEvent = (
    { act, who, units, listing, ioc, max }: typeof acts extends fc.Arbitrary<(infer One)[]> ? One : never,
    n: number,
  ): Validated => {
    const more = {
      ...(ioc ? { timeInForce: 'IOC' as const } : {}),
      payWith: { ...credit, ...(max === undefined ? {} : { maxUnitPrice: max }) },
    }
    if (act === 'delist') return delist(n, who, listingOf(listing))
    if (act === 'transfer') return validated(n, 'TRANSFER', { from: who, to: 'bob', amount: String(units) })
    if (act === 'sell') return sell(n, who, units)
    return buy(n, who, units, act === 'named' ? { ...more, listingId: listingOf(listing) } : more)
  }
  const history = async (
    given: { seller: string; units: number; price: number }[],
    run: () => Promise<void>,
  ): Promise<unknown> => {
    await emptyBook(database)
    world.standings.delete('sue')
    await openListings(...given.map(({ seller, units, price }, index) => sell(index + 1, seller, units, String(price))))
    world.standings.set('sue', 'suspended')
    await run()
    expect(await queries().auditBook()).toEqual([])
    return await allRows(database)
  }

  test('gives what its events one by one would have given', async () => {
    await fc.assert(
      fc.asyncProperty(sales, acts, async (given, all) => {
        const events = all.map((one, index) => toEvent(one, 100 + index))
        let together: readonly Outgoing[] = []
        const singly: Outgoing[] = []
        const batch = await history(given, async () => {
          together = await world.validated(...events)
        })
        const single = await history(given, async () => {
          for (const one of events) singly.push(...(await world.validated(one)))
        })
        expect(together).toEqual(singly)
        expect(batch).toEqual(single)
      }),
      { numRuns: 40 },
    )
  })

  test('that comes again, in any order and any number of times, changes no row and no answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        sales,
        acts,
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        async (given, all, goes, picks) => {
          const events = all.map((one, index) => toEvent(one, 100 + index))
          const answers = new Map<string, unknown>()
          const rows = await history(given, async () => {
            const forward = await world.validated(...events)
            for (const [index, one] of forward.entries()) {
              const body = events[index]
              if (!body) continue
              const back = one.topic === 'refused' || goes[index] === false
              const [end] = back ? await world.released(body) : await world.settled(body)
              answers.set(body.eventKey, end ?? one)
            }
          })
          world.clock.advance(1_000)
          for (const pick of [...picks.take(20)]) {
            const body = events[pick % events.length]
            if (!body) continue
            const [answer] = await world.validated(body)
            expect(answer).toEqual(answers.get(body.eventKey))
            if (answer?.topic === 'returned') expect(await world.released(body)).toEqual([answer])
            else expect(await world.settled(body)).toEqual([])
          }
          expect(await allRows(database)).toEqual(rows)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('the audit', () => {
  test('names a listing whose figures are not those of its reservations', async () => {
    await openListings(sell(1, 'ann', 10))
    await world.validated(buy(2, 'buyer', 4))
    expect(await queries().auditBook()).toEqual([])
    await database.query('UPDATE matching.listings SET units_reserved = units_reserved - 1')
    expect(await queries().auditBook()).toEqual([
      expect.stringContaining('reserve'),
      expect.stringContaining('lost units'),
    ])
  })

  test('is not needed for overselling: the database refuses it', async () => {
    await openListings(sell(1, 'ann', 10))
    await expect(database.query('UPDATE matching.listings SET units_reserved = 1')).rejects.toThrow('check constraint')
  })
})
