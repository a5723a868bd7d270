import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld, storedReceipt } from '../test-world.ts'

const balance = '/users/ann/balance'
let world: World
beforeEach(() => {
  world = createWorld()
})

describe('a balance', () => {
  test('is what the ledger holds, in decimal strings', async () => {
    expect((await world.get(balance)).body).toEqual({
      onliId: 'ann',
      species: { available: '8', held: '2', total: '10' },
      usdt: {
        credit: { available: '12.000000', held: '0.500000', total: '12.500000' },
        payable: '3.000001',
        receivable: '7.000000',
      },
    })
    expect(world.asked).toEqual(['balances user:ann payable:ann receivable:ann'])
  })

  test.each([
    ['its owner', 'ann read', 200],
    ['an operator', 'olga read operator', 200],
    ['somebody else', 'bob read', 403],
    ['a key that may not read', 'ann trade', 403],
  ])('is answered to %s as %s: %i', async (_name, as, status) => {
    expect((await world.get(balance, as)).status).toBe(status)
  })

  test('names the reason to a stranger', async () => {
    expect((await world.get(balance, 'bob read')).body).toMatchObject({ code: 'not_your_account' })
  })

  test('is the new one as soon as its event has settled', async () => {
    await world.get(balance)
    world.units = 11n
    await world.settled('ann')
    expect((await world.get(balance)).body).toMatchObject({ species: { total: '11' } })
  })

  test.each([
    ['has just been written', 0, '11'],
    ['is old', 10_000, '10'],
  ])('is the new one once its owner has seen a receipt that %s', async (_name, age, total) => {
    world.receipt = { ...storedReceipt(), issuedAtMs: world.clock.now() - age }
    await world.get(balance)
    world.units = 11n
    expect((await world.get(`/receipts/${storedReceipt().receiptId}`)).status).toBe(200)
    expect((await world.get(balance)).body).toMatchObject({ species: { total } })
  })

  test('that was being read while its event settled is not kept', async () => {
    let open = (): void => undefined
    world.gate = new Promise((resolve) => {
      open = resolve
    })
    const slow = world.get(balance)
    // The request is on its way to the ledger once the reads before it have had their turn.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    world.units = 11n
    await world.settled('ann')
    open()
    await slow
    expect((await world.get(balance)).body).toMatchObject({ species: { total: '11' } })
  })

  test('stays kept while others trade, and for five seconds at most', async () => {
    await world.get(balance)
    await world.settled('cat')
    world.clock.advance(3_333)
    await world.get(balance)
    expect(world.asked.length).toBe(1)
    world.clock.advance(1_667)
    await world.get(balance)
    expect(world.asked.length).toBe(2)
    expect(await world.metrics.registry.getSingleMetricAsString('species_cache_total')).toMatch(
      /cache="balance",answer="hit"\} 1\n.*answer="miss"\} 2|answer="miss"\} 2\n.*answer="hit"\} 1/s,
    )
  })

  test('that cannot be read is a problem, and is asked for again', async () => {
    world.away = true
    expect((await world.get(balance)).status).toBe(500)
    world.away = false
    expect((await world.get(balance)).status).toBe(200)
  })

  test('is asked for once by many at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => world.get(balance)))
    expect(world.asked.length).toBe(1)
  })
})

describe('an entity tag', () => {
  test('is of the content: the same is not sent twice', async () => {
    const first = await world.get(balance)
    expect(first).toMatchObject({ status: 200, cacheControl: 'private, max-age=0' })
    expect(first.etag).toMatch(/^"[\w-]+"$/)
    expect(await world.get(balance, 'ann read', { 'if-none-match': `"other", ${first.etag ?? ''}` })).toMatchObject({
      status: 304,
      body: {},
      etag: first.etag,
    })
    world.units = 11n
    world.clock.advance(5_000)
    expect((await world.get(balance, 'ann read', { 'if-none-match': first.etag ?? '' })).status).toBe(200)
  })
})
