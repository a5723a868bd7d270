import type { Database } from '@species/database'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import { type World, buy, createWorld, delist, emptyBook, listingOf, said, sell } from '../test-world.ts'

describe.skipIf(!postgresAnswers)('races for the same listings [needs Postgres]', () => {
  let database: Database & { drop(): Promise<void> }
  let world: World
  beforeAll(async () => {
    database = await postgresWith(matchingModule)
  })
  beforeEach(async () => {
    await emptyBook(database)
    world = createWorld(database)
  })
  afterAll(async () => {
    await database.drop()
  })

  /** What came of it: an answer, or a fault that makes the message come again. */
  const settle = async (work: Promise<Parameters<typeof said>[0]>): Promise<string[]> => {
    try {
      return said(await work)
    } catch (error) {
      expect(error).toMatchObject({ code: 'decided_elsewhere', retryable: true })
      return ['again']
    }
  }

  test('fifty buyers at once get the twenty units there are, each unit once', async () => {
    const sales = Array.from({ length: 20 }, (_, index) => sell(index + 1, 'ann', 1))
    await world.validated(...sales)
    await world.settled(...sales)
    const answers = (
      await Promise.all(Array.from({ length: 50 }, (_, index) => settle(world.validated(buy(100 + index, 'buyer', 1)))))
    ).flat()
    expect(answers.filter((one) => one === 'matched 1 for 2000000').length).toBe(20)
    expect(answers.filter((one) => one === 'refused no_liquidity').length).toBe(30)
    const sold = await database.query<{ listing_id: string }>('SELECT DISTINCT listing_id FROM matching.reservations')
    expect(sold.length).toBe(20)
    expect(await matchingModule.queries(database).auditBook()).toEqual([])
  })

  test('buyers and the seller who takes the listing off share its units', async () => {
    const sale = sell(1, 'ann', 30)
    await world.validated(sale)
    await world.settled(sale)
    const buyers = Array.from({ length: 40 }, (_, index) =>
      settle(world.validated(buy(100 + index, 'buyer', 1, { listingId: listingOf(1) }))),
    )
    void buyers.splice(10, 0, settle(world.validated(delist(90, 'ann', listingOf(1)))))
    const answers = (await Promise.all(buyers)).flat()
    const units = answers.reduce((sum, one) => sum + Number(/^matched (\d+)/.exec(one)?.[1] ?? 0), 0)
    expect(units).toBe(30)
    expect(await matchingModule.queries(database).auditBook()).toEqual([])
  })

  test('two processes at the same events store one decision, and both tell it', async () => {
    const sales = Array.from({ length: 5 }, (_, index) => sell(index + 1, 'ann', 4))
    await world.validated(...sales)
    await world.settled(...sales)
    const events = Array.from({ length: 10 }, (_, index) => buy(100 + index, 'buyer', 3))
    await Promise.all(Array.from({ length: 8 }, () => settle(world.validated(...events))))
    const [first, second] = [said(await world.validated(...events)), said(await world.validated(...events))]
    expect(first).toEqual(second)
    expect(first.filter((one) => one.startsWith('matched')).length).toBe(6)
    expect(await matchingModule.queries(database).auditBook()).toEqual([])
  })

  test('a purchase and its road back at once leave nothing reserved', async () => {
    const sales = Array.from({ length: 5 }, (_, index) => sell(index + 1, 'ann', 4))
    await world.validated(...sales)
    await world.settled(...sales)
    const events = Array.from({ length: 20 }, (_, index) => buy(100 + index, 'buyer', 1))
    await Promise.all(events.flatMap((one) => [settle(world.validated(one)), settle(world.released(one))]))
    // What met the other on its way comes again.
    for (const one of events) await world.released(one)
    expect(said(await world.validated(...events))).toEqual(events.map(() => 'returned insufficient_payment'))
    const [left] = await database.query<{ reserved: bigint }>(
      'SELECT sum(units_reserved)::bigint AS reserved FROM matching.listings',
    )
    expect(left?.reserved).toBe(0n)
    expect(await matchingModule.queries(database).auditBook()).toEqual([])
  })
})
