import {
  type Body,
  type ListingView,
  type Scope,
  type StatementLine,
  type StoredReceipt,
  type UserStanding,
  receiptIdOf,
} from '@species/contracts'
import { ok } from '@species/kernel'
import {
  createHttpApp,
  createInProcessBus,
  createMemoryRateLimiter,
  createMetrics,
  silentLogger,
  step,
  systemIds,
} from '@species/runtime'
import { dossierOf, manualClock } from '@species/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { createReporter } from '../index.ts'

const key = '01940000-0000-7000-8000-00000000000a'
const listingId = (n: number): string => `lst_${n.toString(16).padStart(32, '0')}`
const jwsOf = (payload: object): string => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`

/** What the other modules hold, as plain values that a test changes. */
interface Held {
  units: bigint
  receipt: StoredReceipt | undefined
  listings: ListingView[]
  statement: StatementLine[]
  suspended: string[]
  away: boolean
}
let held: Held
let asked: string[]
let clock: ReturnType<typeof manualClock>
let bus: ReturnType<typeof createInProcessBus>
let metrics: ReturnType<typeof createMetrics>
let get: (
  path: string,
  as?: string,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: Record<string, never>; etag: string | null; cacheControl: string | null }>

const nobody = {
  assert: () => {
    throw new Error('not asked here')
  },
}
const note = <T>(what: string, value: T): Promise<T> => {
  asked.push(what)
  return held.away ? Promise.reject(new Error('away')) : Promise.resolve(value)
}
/** A read that is begun and not answered until it is told. */
let gate: Promise<void> | undefined

const queries = {
  authenticator: {
    standings: async (onliIds: readonly string[]) =>
      new Map<string, UserStanding>(
        onliIds.map((onliId) => [
          onliId,
          { onliId, vaultId: 'v', status: held.suspended.includes(onliId) ? 'suspended' : 'active' },
        ]),
      ),
  },
  marketplace: {
    ...nobody,
    eventByOwner: async (owner: string, eventId: string) =>
      await note(
        'event',
        owner === 'ann' && eventId === 'event-0001'
          ? { eventKey: key, owner, eventId, acceptedAtMs: 1, ended: 'completed' as const }
          : undefined,
      ),
    eventsByKey: async () => [],
    unfinished: async () => [],
  },
  floorManager: {
    receiptOf: async (eventKey: string) => await note('receipt', eventKey === key ? held.receipt : undefined),
    receipt: async (receiptId: string) =>
      await note('receipt', held.receipt?.receiptId === receiptId ? held.receipt : undefined),
    openReviews: async () => [],
    stageOf: async () => undefined,
  },
  cashier: {
    balances: async (accounts: readonly string[]) => {
      const units = held.units
      await gate
      return await note(`balances ${accounts.join(' ')}`, [
        { account: 'user:ann', asset: 'SPECIES' as const, posted: units, held: 2n },
        { account: 'user:ann', asset: 'USDT' as const, posted: 12_500_000n, held: 500_000n },
        { account: 'payable:ann', asset: 'USDT' as const, posted: 3_000_001n, held: 0n },
        { account: 'receivable:ann', asset: 'USDT' as const, posted: -7_000_000n, held: 0n },
      ])
    },
    statement: async (_accounts: readonly string[], before: bigint | undefined, limit: number) =>
      await note(
        'statement',
        held.statement.filter((line) => before === undefined || line.seq < before).slice(0, limit),
      ),
    inFlight: async () => [],
    auditLedger: async () => [],
    paymentsBooked: async () => 0n,
    units: async () => [],
    stageOf: async () => undefined,
  },
  matching: {
    openListings: async (after: { listingId: string } | undefined, limit: number) =>
      await note(
        'listings',
        held.listings.filter((one) => after === undefined || one.listingId > after.listingId).slice(0, limit),
      ),
    listing: async () => undefined,
    auditBook: async () => [],
    stageOf: async () => undefined,
  },
}

beforeEach(() => {
  asked = []
  gate = undefined
  held = { units: 10n, receipt: undefined, listings: [], statement: [], suspended: [], away: false }
  clock = manualClock()
  metrics = createMetrics()
  bus = createInProcessBus({
    log: silentLogger,
    deadLetters: { countAttempt: async () => 1, park: async () => undefined },
    maxAttempts: 1,
    ids: systemIds,
    metrics,
  })
  const app = createHttpApp({
    endpoints: createReporter({ bus, clock, metrics, queries }).endpoints,
    verifier: {
      verify: async ({ headers }) => {
        const [onliId = '', ...scopes] = (headers.get('x-as') ?? '').split(' ')
        return ok({ principal: { onliId, keyId: 'key_1', scopes: scopes as Scope[] }, resend: false })
      },
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: silentLogger,
    metrics,
  })
  get = async (path, as = 'ann read', headers = {}) => {
    const response = await app.fetch(
      new Request(`http://market.test/marketplace/v1${path}`, { headers: { 'x-as': as, ...headers } }),
    )
    const text = await response.text()
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, never>,
      etag: response.headers.get('etag'),
      cacheControl: response.headers.get('cache-control'),
    }
  }
})

const balance = '/users/ann/balance'
const dossier = dossierOf(key, { from: 'ann', to: 'bob', amount: '1' })
const settled = (): Promise<void> => bus.publish([step('settled', { trace: 't' }, dossier as Body<'settled'>)])

describe('a balance', () => {
  test('is what the ledger holds, in decimal strings', async () => {
    expect((await get(balance)).body).toEqual({
      onliId: 'ann',
      species: { available: '8', held: '2', total: '10' },
      usdt: {
        credit: { available: '12.000000', held: '0.500000', total: '12.500000' },
        payable: '3.000001',
        receivable: '7.000000',
      },
    })
    expect(asked).toEqual(['balances user:ann payable:ann receivable:ann'])
  })

  test.each([
    ['its owner', 'ann read', 200],
    ['an operator', 'olga read operator', 200],
    ['somebody else', 'bob read', 403],
    ['a key that may not read', 'ann trade', 403],
  ])('is answered to %s as %s: %i', async (_name, as, status) => {
    expect((await get(balance, as)).status).toBe(status)
  })

  test('names the reason to a stranger', async () => {
    expect((await get(balance, 'bob read')).body).toMatchObject({ code: 'not_your_account' })
  })

  test('is the new one as soon as its event has settled', async () => {
    await get(balance)
    held.units = 11n
    await settled()
    expect((await get(balance)).body).toMatchObject({ species: { total: '11' } })
  })

  test('that was being read while its event settled is not kept', async () => {
    let open = (): void => undefined
    gate = new Promise((resolve) => {
      open = resolve
    })
    const slow = get(balance)
    // The request is on its way to the ledger once the reads before it have had their turn.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    held.units = 11n
    await settled()
    open()
    await slow
    expect((await get(balance)).body).toMatchObject({ species: { total: '11' } })
  })

  test('stays kept while others trade, and for a second at most', async () => {
    await get(balance)
    await bus.publish([
      step('settled', { trace: 't' }, {
        ...dossier,
        owner: 'cat',
        event: { ...dossier.event, from: 'cat' },
      } as Body<'settled'>),
    ])
    clock.advance(999)
    await get(balance)
    expect(asked.length).toBe(1)
    clock.advance(1)
    await get(balance)
    expect(asked.length).toBe(2)
    expect(await metrics.registry.getSingleMetricAsString('species_cache_total')).toMatch(
      /cache="balance",answer="hit"\} 1\n.*answer="miss"\} 2|answer="miss"\} 2\n.*answer="hit"\} 1/s,
    )
  })

  test('that cannot be read is a problem, and is asked for again', async () => {
    held.away = true
    expect((await get(balance)).status).toBe(500)
    held.away = false
    expect((await get(balance)).status).toBe(200)
  })

  test('is asked for once by many at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => get(balance)))
    expect(asked.length).toBe(1)
  })
})

describe('an entity tag', () => {
  test('is of the content: the same is not sent twice', async () => {
    const first = await get(balance)
    expect(first).toMatchObject({ status: 200, cacheControl: 'private, max-age=0' })
    expect(first.etag).toMatch(/^"[\w-]+"$/)
    expect(await get(balance, 'ann read', { 'if-none-match': `"other", ${first.etag ?? ''}` })).toMatchObject({
      status: 304,
      body: {},
      etag: first.etag,
    })
    held.units = 11n
    clock.advance(1_000)
    expect((await get(balance, 'ann read', { 'if-none-match': first.etag ?? '' })).status).toBe(200)
  })
})

describe('a receipt', () => {
  const receipt = { receiptId: receiptIdOf(key), eventId: 'event-0001' }
  const stored: StoredReceipt = {
    receiptId: receiptIdOf(key),
    eventKey: key,
    owner: 'ann',
    parties: ['ann', 'bob'],
    jws: jwsOf(receipt),
    state: 'completed',
    issuedAtMs: 1,
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
    held.receipt = stored
    const answer = await get(`/receipts/${id}`, as)
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body).toEqual({ receipt, jws: stored.jws })
  })

  test('of somebody else looks exactly like one that does not exist', async () => {
    const without = (await get(`/receipts/${receiptIdOf(key)}`, 'eve read')).body
    held.receipt = stored
    const other = (await get(`/receipts/${receiptIdOf(key)}`, 'eve read')).body
    const same = ({ requestId: _, ...rest }: Record<string, unknown>): object => rest
    expect(same(other)).toEqual(same(without))
  })

  test('is there as soon as it is written, though it was asked for before', async () => {
    expect((await get('/receipts/event-0001')).status).toBe(404)
    held.receipt = stored
    expect((await get('/receipts/event-0001')).status).toBe(200)
  })

  test('read by an operator is not shown to another key of his', async () => {
    held.receipt = stored
    expect((await get(`/receipts/${receiptIdOf(key)}`, 'olga read operator')).status).toBe(200)
    expect((await get(`/receipts/${receiptIdOf(key)}`, 'olga read')).status).toBe(404)
  })
})

describe('the open listings', () => {
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
  const pages = async (limit: number): Promise<string[][]> => {
    const all: string[][] = []
    let cursor: string | undefined
    do {
      const { body } = await get(`/listings?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      const page = body as unknown as { listings: { listingId: string }[]; nextCursor?: string }
      all.push(page.listings.map((one) => one.listingId))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return all
  }

  test('show what can be bought', async () => {
    held.listings = [view(1, 'ann')]
    expect((await get('/listings')).body).toEqual({
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
    held.listings = [view(1, 'ann'), view(2, 'sue'), view(3, 'bob'), view(4, 'ann'), view(5, 'sue')]
    held.suspended = ['sue']
    expect(await pages(2)).toEqual([[listingId(1)], [listingId(3), listingId(4)], []])
  })

  test('show a seller his new listing as soon as its receipt is there', async () => {
    await get('/listings')
    held.listings = [view(1, 'ann')]
    await bus.publish([
      step('completed', { trace: 't' }, { ...dossier, intent: 'SELL_MARKET', receiptId: receiptIdOf(key) }),
    ])
    expect((await get('/listings')).body).toMatchObject({ listings: [{ listingId: listingId(1) }] })
  })

  test.each([
    'x',
    'W10',
    Buffer.from('["1","2","lst_0"]').toString('base64url'),
    Buffer.from(`["9999999999999999999","1","${listingId(1)}"]`).toString('base64url'),
  ])('refuse a cursor that is not ours: %s', async (cursor) => {
    expect(await get(`/listings?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
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
    held.statement = [line(3n, -1n, key), line(2n, 2_000_000n), line(1n, 1n)]
    const { body } = await get(`${path}?limit=2`)
    const page = body as unknown as { transactions: unknown[]; nextCursor: string }
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
    const { body: rest } = await get(`${path}?limit=2&cursor=${page.nextCursor}`)
    expect(rest).toMatchObject({ transactions: [{ transferId: 't1' }] })
    expect(rest).not.toHaveProperty('nextCursor')
  })

  test.each([
    ['limit=0', 400],
    ['limit=201', 400],
    ['limit=1.5', 400],
    ['page=2', 400],
  ])('refuses ?%s', async (query, status) => {
    expect((await get(`${path}?${query}`)).status).toBe(status)
  })

  test('is not for strangers', async () => {
    expect((await get(path, 'bob read')).body).toMatchObject({ code: 'not_your_account' })
  })
})
