import { receiptIdOf } from '@species/contracts'
import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld, key, storedReceipt } from '../test-world.ts'

let world: World
beforeEach(() => {
  world = createWorld()
})
const at = (ms: number): string => new Date(ms).toISOString()

describe('the overview', () => {
  test('counts what is under way and what waits for a person, with the oldest', async () => {
    const { status, body } = await world.get('/admin/v1/overview', 'olga operator')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      unfinished: { n: 2, isMore: false, oldest: at(1) },
      reviews: { n: 1, isMore: false, oldest: at(7) },
    })
  })

  test('counts no further than a thousand, and says so', async () => {
    world.unfinished = 5_000
    const { body } = await world.get('/admin/v1/overview', 'olga operator')
    expect(body['unfinished']).toMatchObject({ n: 1_000, isMore: true })
  })
})

describe('an event as operators see it', () => {
  test('has each step in the order of time, its payment, its postings and its receipt, all amounts exact', async () => {
    world.receipt = storedReceipt()
    const { body } = await world.get(`/admin/v1/events/${key}`, 'olga operator')
    expect(body).toMatchObject({
      eventId: 'event-0001',
      owner: 'ann',
      event: { to: 'bob' },
      stages: [
        { module: 'matching', state: 'matched', at: at(10) },
        { module: 'validator', state: 'validated' },
        { module: 'cashier', state: 'funded' },
        {
          module: 'floorManager',
          waitingFor: 'An operator decides.',
          waitingUntil: at(60),
          refusal: { code: 'insufficient_payment', detail: 'too little' },
        },
      ],
      payments: [{ amount: '1.500000', claimedAt: at(3) }],
      postings: [
        {
          kind: 'settlement',
          entries: [
            { account: 'user:ann', asset: 'SPECIES', amount: '-1' },
            { account: 'treasury', asset: 'USDT', amount: '1.500000' },
          ],
        },
      ],
      receipt: { receiptId: receiptIdOf(key) },
    })
  })

  test('is not found where there is none', async () => {
    const none = await world.get(`/admin/v1/events/${key.replace('a', 'b')}`, 'olga operator')
    expect(none.status).toBe(404)
  })
})

describe('the search', () => {
  const kinds = async (q: string): Promise<unknown[]> =>
    (
      (await world.get(`/admin/v1/search?q=${encodeURIComponent(q)}`, 'olga operator')).body['hits'] as {
        kind: string
      }[]
    ).map(({ kind }) => kind)

  test.each([
    ['an event by its key', key, ['event']],
    ['an event by its owner and id', 'ann/event-0001', ['event']],
    ['a receipt', receiptIdOf(key), ['receipt']],
    ['a user', 'bob', ['user']],
    ['a payment by its hash, in capitals as well', 'A'.repeat(64), ['payment']],
    ['a wallet', `0x${'5'.repeat(40)}`, ['wallet']],
    ['a payout', `pay_${'0'.repeat(32)}`, ['payout']],
    ['a deposit', `dep_${'0'.repeat(32)}`, ['deposit']],
    ['nothing', 'nobody', []],
    ['markup', '<b>x</b>', []],
  ])('finds %s', async (_what, q, found) => {
    world.receipt = storedReceipt()
    expect(await kinds(q)).toEqual(found)
  })

  test('wants three characters at least', async () => {
    expect((await world.get('/admin/v1/search?q=ab', 'olga operator')).status).toBe(400)
  })
})

test.each(['/admin/v1/overview', `/admin/v1/events/${key}`, '/admin/v1/search?q=alice'])(
  '%s is for operators alone',
  async (path) => {
    for (const as of ['ann read', 'ann read trade keys wallets payout'])
      expect((await world.get(path, as)).status).toBe(403)
  },
)
