import type { TradeView } from '@species/contracts'
import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld } from '../test-world.ts'

let world: World
beforeEach(() => {
  world = createWorld()
})

/** Without a key. */
const anyone = ''
const trade = (atMs: number, source: TradeView['source'], unitPriceMicro: bigint, units = 2n): TradeView => ({
  atMs,
  source,
  units,
  unitPriceMicro,
})

describe('the market', () => {
  test('is told to anyone, without where to pay', async () => {
    const { status, body } = await world.get('/market', anyone)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      sandbox: true,
      trading: 'on',
      treasuryPrice: '1.5',
      feeBasisPoints: { buyTreasury: 10, buyMarket: 20, sell: 30, redeem: 40 },
      configVersion: 3,
    })
    expect(JSON.stringify(body)).not.toContain('0xd')
  })

  test('has a depth by price, which says when there is more', async () => {
    world.depth = { levels: [{ unitPriceMicro: 1_500_001n, units: 7n, listings: 2 }], isWhole: false }
    expect((await world.get('/book', anyone)).body).toMatchObject({
      levels: [{ unitPrice: '1.500001', units: '7', listings: 2 }],
      more: true,
    })
  })

  test('names the last trades, and nobody who traded', async () => {
    world.trades = [trade(2_000, 'market', 2_000_000n), trade(1_000, 'treasury', 1_500_000n)]
    const { body } = await world.get('/trades?limit=1', anyone)
    expect(body['trades']).toEqual([
      { at: '1970-01-01T00:00:02.000Z', source: 'market', unitPrice: '2.000000', units: '2' },
    ])
  })

  test('is read once a second, however many ask', async () => {
    for (const _ of [1, 2, 3]) await world.get('/book', anyone)
    expect(world.asked).toEqual(['depth'])
    world.clock.advance(1_000)
    await world.get('/book', anyone)
    expect(world.asked).toEqual(['depth', 'depth'])
  })
})

describe('candles', () => {
  test('have the first, highest, lowest and last price of their time, exactly, and none for a time without a trade', async () => {
    const prices = [2_000_003n, 1_000_000n, 3_000_000n, 2_000_000n]
    world.trades = [
      trade(180_000, 'market', 9_000_000n),
      ...prices.map((price, index) => trade(59_000 - index, 'market', price)),
      trade(59_000, 'treasury', 77_000_000n),
    ]
    const { body } = await world.get('/candles?interval=1m', anyone)
    expect(body['candles']).toEqual([
      {
        from: '1970-01-01T00:00:00.000Z',
        open: '2.000000',
        high: '3.000000',
        low: '1.000000',
        close: '2.000003',
        units: '8',
        trades: 4,
      },
      expect.objectContaining({ from: '1970-01-01T00:03:00.000Z', trades: 1 }),
    ])
    expect(body['complete']).toBe(true)
  })
})

describe('one listing', () => {
  const listing = {
    listingId: `lst_${'1'.padStart(32, '0')}`,
    seller: 'bob',
    unitPriceMicro: 1_500_000n,
    unitsTotal: 10n,
    unitsAvailable: 4n,
    status: 'open',
    createdAtMs: 0,
    expiresAtMs: 8_640_000_000_000,
  }
  test.each([
    ['for sale', {}, [], 200],
    ['sold out', { unitsAvailable: 0n }, [], 404],
    ['over', { expiresAtMs: 1 }, [], 404],
    ['taken back', { status: 'closed' }, [], 404],
    ['of a suspended seller', {}, ['bob'], 404],
  ])('that is %s', async (_name, change, suspended, status) => {
    world.listings = [{ ...listing, ...change }]
    world.suspended = suspended
    expect((await world.get(`/listings/${listing.listingId}`)).status).toBe(status)
  })

  test('of one’s own says what purchases have reserved; other sellers’ are not among them', async () => {
    world.listings = [
      { ...listing, seller: 'ann' },
      { ...listing, listingId: `lst_${'2'.padStart(32, '0')}` },
    ]
    const { body } = await world.get('/listings?seller=me')
    expect(body['listings']).toEqual([expect.objectContaining({ seller: 'ann', unitsReserved: '1', status: 'open' })])
  })
})
