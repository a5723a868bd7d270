import { type ListingView, type StatementLine, receiptIdOf } from '@species/contracts'
import { end } from '@species/flow'
import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld, key, storedReceipt } from '../test-world.ts'

const listingId = (n: number): string => `lst_${n.toString(16).padStart(32, '0')}`

const view = (n: number, seller: string): ListingView => ({
  listingId: listingId(n),
  seller,
  unitPriceMicro: 1_500_000n,
  unitsTotal: 10n,
  unitsAvailable: 4n,
  status: 'open',
  createdAtMs: 0,
  expiresAtMs: 1_000,
})

let world: World
beforeEach(() => {
  world = createWorld()
})

describe('a receipt', () => {
  const receipt = { receiptId: receiptIdOf(key), eventId: 'event-0001' }
  const stored = storedReceipt(receipt)
  /** What the floor-manager answers for who asks as `<user> <scope> …`. */
  const shownTo = (as: string): object => {
    const [onliId = '', ...scopes] = as.split(' ')
    return { receipt, jws: `for ${onliId}${scopes.includes('operator') ? ', an operator' : ''}`, withheld: 2 }
  }

  test.each([
    ['its owner by event id', 'event-0001', 'ann read', 200],
    ['its owner by receipt id', receiptIdOf(key), 'ann read', 200],
    ['a party by receipt id', receiptIdOf(key), 'bob read', 200],
    ['an operator by receipt id', receiptIdOf(key), 'olga read operator', 200],
    ['a party by an event id that is not his', 'event-0001', 'bob read', 404],
    ['a stranger by receipt id', receiptIdOf(key), 'eve read', 404],
    ['anybody by what does not exist', receiptIdOf(key, 2), 'ann read', 404],
    ['anybody by what is no id', 'rcp.1', 'ann read', 400],
  ])('is answered to %s', async (_name, id, as, status) => {
    world.receipt = stored
    const answer = await world.get(`/receipts/${id}`, as)
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body).toEqual(shownTo(as))
  })

  test.each(['ann read', 'bob read'])('that was superseded says by which, to every party: %s', async (as) => {
    world.older = stored
    world.receipt = { ...stored, receiptId: receiptIdOf(key, 2) }
    expect((await world.get(`/receipts/${receiptIdOf(key)}`, as)).body).toEqual({
      ...shownTo(as),
      supersededBy: receiptIdOf(key, 2),
    })
    expect((await world.get(`/receipts/${receiptIdOf(key, 2)}`, as)).body).toEqual(shownTo(as))
  })

  test('is kept for one reader as it is shown to them, and never shown to another', async () => {
    world.receipt = stored
    for (const as of ['olga read operator', 'ann read', 'bob read', 'ann read', 'bob read'])
      expect((await world.get(`/receipts/${receiptIdOf(key)}`, as)).body).toEqual(shownTo(as))
  })

  test('is not opened by a listing that was made by the same event', async () => {
    world.receipt = { ...stored, parties: ['ann'] }
    world.listings = [{ ...view(1, 'ann'), listingId: `lst_${key.replaceAll('-', '')}` }]
    const { body } = await world.get('/listings', 'bob read')
    const [listing] = (body as { listings: { listingId: string }[] }).listings
    const guessed = listing?.listingId.replace('lst_', 'rcp.') ?? ''
    expect(guessed).toBe(stored.receiptId)
    expect((await world.get(`/receipts/${guessed}`, 'bob read')).status).toBe(404)
  })

  test('of somebody else looks exactly like one that does not exist', async () => {
    const without = (await world.get(`/receipts/${receiptIdOf(key)}`, 'eve read')).body
    world.receipt = stored
    const other = (await world.get(`/receipts/${receiptIdOf(key)}`, 'eve read')).body
    const same = ({ requestId: _, ...rest }: Record<string, unknown>): object => rest
    expect(same(other)).toEqual(same(without))
  })

  test('is there as soon as it is written, though it was asked for before', async () => {
    expect((await world.get('/receipts/event-0001')).status).toBe(404)
    world.receipt = stored
    expect((await world.get('/receipts/event-0001')).status).toBe(200)
  })

  test('read by an operator is not shown to another key of his', async () => {
    world.receipt = stored
    expect((await world.get(`/receipts/${receiptIdOf(key)}`, 'olga read operator')).status).toBe(200)
    expect((await world.get(`/receipts/${receiptIdOf(key)}`, 'olga read')).status).toBe(404)
  })
})

describe('the open listings', () => {
  const pages = async (limit: number): Promise<string[][]> => {
    const all: string[][] = []
    let cursor: string | undefined
    do {
      const { body } = await world.get(`/listings?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      const page = body as { listings: { listingId: string }[]; nextCursor?: string }
      all.push(page.listings.map((one) => one.listingId))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return all
  }

  test('show what can be bought', async () => {
    world.listings = [view(1, 'ann')]
    expect((await world.get('/listings')).body).toEqual({
      listings: [
        {
          listingId: listingId(1),
          seller: 'ann',
          unitPrice: '1.500000',
          unitsAvailable: '4',
          unitsTotal: '10',
          createdAt: '1970-01-01T00:00:00.000Z',
          expiresAt: '1970-01-01T00:00:01.000Z',
        },
      ],
    })
  })

  test('come in pages, each listing once, without those of suspended sellers', async () => {
    world.listings = [view(1, 'ann'), view(2, 'sue'), view(3, 'bob'), view(4, 'ann'), view(5, 'sue')]
    world.suspended = ['sue']
    expect(await pages(2)).toEqual([[listingId(1)], [listingId(3), listingId(4)], []])
  })

  test('show a seller his new listing as soon as its receipt is there', async () => {
    await world.get('/listings')
    world.listings = [view(1, 'ann')]
    await complete('SELL_MARKET')
    expect((await world.get('/listings')).body).toMatchObject({ listings: [{ listingId: listingId(1) }] })
  })

  test('stay kept for their second where somebody buys', async () => {
    await world.get('/listings')
    world.listings = [view(1, 'ann')]
    await complete('BUY_MARKET')
    expect((await world.get('/listings')).body).toMatchObject({ listings: [] })
    world.clock.advance(1_000)
    expect((await world.get('/listings')).body).toMatchObject({ listings: [{ listingId: listingId(1) }] })
  })

  const complete = (intent: 'SELL_MARKET' | 'BUY_MARKET'): Promise<void> =>
    world.bus.publish([
      end(
        'completed',
        { trace: 't' },
        { eventKey: key, owner: 'ann', eventId: 'e', intent, receiptId: receiptIdOf(key), parties: ['ann', 'market'] },
      ),
    ])

  test.each([
    'x',
    'W10',
    Buffer.from('["1","2","lst_0"]').toString('base64url'),
    Buffer.from(`["9999999999999999999","1","${listingId(1)}"]`).toString('base64url'),
  ])('refuse a cursor that is not ours: %s', async (cursor) => {
    expect(await world.get(`/listings?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })
})

describe('a statement', () => {
  const line = (seq: bigint, amount: bigint, eventKey?: string): StatementLine => ({
    seq,
    transferId: `t${seq}`,
    eventKey,
    kind: 'settlement',
    account: 'user:ann',
    asset: 'USDT',
    amount,
    balanceAfter: 5_000_000n,
    atMs: 0,
  })
  const path = '/users/ann/transactions'

  test('has every line once, newest first, in pages', async () => {
    world.statement = [line(3n, -1n, key), line(2n, 2_000_000n), line(1n, 1n)]
    const { body } = await world.get(`${path}?limit=2`)
    const page = body as { transactions: unknown[]; nextCursor: string }
    expect(page.transactions).toEqual([
      {
        transferId: 't3',
        kind: 'settlement',
        account: 'user:ann',
        asset: 'USDT',
        amount: '-0.000001',
        balanceAfter: '5.000000',
        receiptId: receiptIdOf(key),
        at: '1970-01-01T00:00:00.000Z',
      },
      {
        transferId: 't2',
        kind: 'settlement',
        account: 'user:ann',
        asset: 'USDT',
        amount: '2.000000',
        balanceAfter: '5.000000',
        at: '1970-01-01T00:00:00.000Z',
      },
    ])
    const { body: rest } = await world.get(`${path}?limit=2&cursor=${page.nextCursor}`)
    expect(rest).toMatchObject({ transactions: [{ transferId: 't1' }] })
    expect(rest).not.toHaveProperty('nextCursor')
  })

  test.each([
    ['limit=0', 400],
    ['limit=201', 400],
    ['limit=1.5', 400],
    ['page=2', 400],
  ])('refuses ?%s', async (query, status) => {
    expect((await world.get(`${path}?${query}`)).status).toBe(status)
  })

  test('is not for strangers', async () => {
    expect((await world.get(path, 'bob read')).body).toMatchObject({ code: 'not_your_account' })
  })
})
