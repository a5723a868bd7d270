import type { Database } from '@species/database'
import { Fault, no, unknown, yes } from '@species/kernel'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { payoutsModule } from '../index.ts'
import { hashOf, paid, testTables } from '../test-books.ts'
import { type Caller, type World, createWorld, operator, wallet } from '../test-world.ts'
import { longestSendingMs } from './send-payout.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(payoutsModule)
  await database.script(testTables)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script(
    'TRUNCATE payouts.addresses, payouts.payouts, payouts.history, test.balances, test.holds, test.posted, test.claims CASCADE',
  )
  world = createWorld(database)
  world.config = { ...world.config, payouts: { ...world.config.payouts, addressDelayMs: 0 } }
})

const mine = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'
const base = '/marketplace/v1/payouts'
const [grace, alan] = [operator('grace'), operator('alan')]
const order = { chain: 'ETH', from: wallet, to: mine, amountMicro: 25_500_000n } as const

interface Made {
  readonly payoutId: string
  readonly state: string
  readonly approvalHash: string
}
let count = 0
async function request(amount = '25.5', as: Caller = {}, requestId = `request-${++count}`) {
  await world.ask('POST', '/marketplace/v1/addresses', { chain: 'ETH', address: mine }, { onliId: as.onliId ?? 'ann' })
  return await world.ask('POST', base, { requestId, chain: 'ETH', address: mine, amount }, as)
}
const made = async (amount?: string, as?: Caller): Promise<Made> => {
  const answer = await request(amount, as)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as unknown as Made
}
async function act(payoutId: string, what: string, body: object = {}, by: Caller = grace) {
  const { status, body: answer } = await world.ask('POST', `/admin/v1/payouts/${payoutId}/${what}`, body, by)
  return status === 200 ? String(answer['state']) : String(answer.code)
}
const read = async (payoutId: string): Promise<Record<string, unknown>> =>
  (await world.ask('GET', `/admin/v1/payouts/${payoutId}`, undefined, grace)).body
const state = async (payoutId: string): Promise<string> => String((await read(payoutId))['state'])
const approve = async (payoutId: string, by: Caller = grace): Promise<string> =>
  await act(payoutId, 'approve', { approvalHash: (await read(payoutId))['approvalHash'] }, by)
/** A payout that is approved and being sent by hand. */
async function sending(amount?: string): Promise<string> {
  const { payoutId } = await made(amount)
  expect(await approve(payoutId)).toBe('approved')
  expect(await act(payoutId, 'send')).toBe('sending')
  return payoutId
}
async function sent(n: number): Promise<string> {
  const payoutId = await sending()
  expect(await act(payoutId, 'hash', { hash: hashOf(n) })).toBe('sent')
  return payoutId
}

beforeEach(async () => {
  await world.give('payable:ann', 20_000_000n)
  await world.give('user:ann', 80_000_000n)
})

describe('a payout by hand', () => {
  it('holds proceeds and then credit, is approved, sent, proven on its chain, and settled after the last look', async () => {
    const { payoutId } = await made()
    expect(await world.balances()).toEqual({ 'payable:ann': '20000000/20000000', 'user:ann': '80000000/5500000' })
    await approve(payoutId)
    await act(payoutId, 'send')
    expect(await act(payoutId, 'hash', { hash: hashOf(1) })).toBe('sent')
    await world.follow()
    expect(await state(payoutId)).toBe('sent')
    world.chain.set(hashOf(1), paid(1, order, { confirmations: 2 }))
    await world.follow(300_000)
    expect(await state(payoutId)).toBe('sent')
    world.chain.set(hashOf(1), paid(1, order))
    await world.follow(300_000)
    expect(await state(payoutId)).toBe('proven')
    expect(await world.balances()).toEqual({ 'user:ann': '74500000/0', 'world:ETH': '25500000/0' })
    await world.follow(3_600_000)
    expect(await state(payoutId)).toBe('settled')
    const { body } = await world.ask('GET', `${base}/${payoutId}`)
    expect((body['history'] as { state: string }[]).map((one) => one.state)).toEqual([
      'requested',
      'approved',
      'sending',
      'sent',
      'proven',
      'settled',
    ])
  })

  it('is the same for the same request, and refuses the id for another', async () => {
    const first = await request('25.5', {}, 'the-same-one')
    expect((await request('25.5', {}, 'the-same-one')).body).toEqual(first.body)
    expect((await request('26', {}, 'the-same-one')).body.code).toBe('request_id_conflict')
    expect((await world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('is cancelled by its owner before it is sent, never after, and never by another user', async () => {
    const one = await made()
    const path = `${base}/${one.payoutId}/cancel`
    expect((await world.ask('POST', path, undefined, { onliId: 'bob' })).status).toBe(404)
    expect((await world.ask('GET', `${base}/${one.payoutId}`, undefined, { onliId: 'bob' })).status).toBe(404)
    expect((await world.ask('POST', path)).body['state']).toBe('cancelled')
    expect(await world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
    const other = await sending()
    expect((await world.ask('POST', `${base}/${other}/cancel`)).body.code).toBe('payout_state')
    expect(await act(other, 'refuse', { reason: 'too late' })).toBe('payout_state')
  })
})

describe('a request is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'while payouts are off',
      () => (world.config = { ...world.config, payouts: { ...world.config.payouts, enabled: false } }),
      'payouts_off',
    ],
    ['for a user who is frozen', () => world.standings.set('ann', 'frozen'), 'user_suspended'],
    ['for a user who owes us', () => world.give('receivable:ann', -1n), 'not_payable'],
    ['for money that a payment of theirs may take back', () => world.immature.set('ann', 80_000_000n), 'not_payable'],
    [
      'for proceeds whose buyer paid with money that may vanish',
      () => {
        world.immature.set('eve', 500_000_000n)
        world.flows = [
          { from: 'eve', to: 'dan', asset: 'USDT', amount: 90_000_000n },
          { from: 'dan', to: 'ann', asset: 'USDT', amount: 90_000_000n },
        ]
      },
      'not_payable',
    ],
  ])('%s', async (_when, arrange, code) => {
    await arrange()
    expect((await request('25.5')).body.code).toBe(code)
    expect((await world.balances())['user:ann']).toBe('80000000/0')
  })

  it('for an address that is not in the book, that waits, or that the key does not name', async () => {
    const wanted = { requestId: 'request-x', chain: 'ETH', address: mine, amount: '5' }
    expect((await world.ask('POST', base, wanted)).body.code).toBe('unknown_destination')
    world.config = { ...world.config, payouts: { ...world.config.payouts, addressDelayMs: 1_000 } }
    expect((await request()).body.code).toBe('unknown_destination')
    world.clock.advance(1_000)
    const machine = { confirmed: false, limits: { payoutAddresses: [`BSC ${mine}`] } }
    expect((await request('5', machine)).body.code).toBe('forbidden')
    expect((await request('5', { confirmed: false, limits: { payoutAddresses: [`ETH ${mine}`] } })).status).toBe(201)
    expect((await request('5', { confirmed: false, limits: {} })).body.code).toBe('confirmation_required')
  })

  it('beyond what is free, below the least and above the most, and beyond ten that are open', async () => {
    expect((await request('100.000001')).body.code).toBe('not_payable')
    expect((await request('0.999999')).body.code).toBe('invalid_amount')
    expect((await request('100001')).body.code).toBe('invalid_amount')
    const all = await Promise.all(Array.from({ length: 12 }, () => request('1')))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(all.find(({ status }) => status !== 201)?.body.code).toBe('too_many_payouts')
  })
})

describe('approval', () => {
  it('is of what was seen: another hash approves nothing, and a row that was changed is not sent', async () => {
    const { payoutId } = await made()
    expect(await act(payoutId, 'approve', { approvalHash: 'a'.repeat(64) })).toBe('payout_state')
    expect(await approve(payoutId)).toBe('approved')
    await database.query(`UPDATE payouts.payouts SET amount_micro = amount_micro + 1 WHERE payout_id = $1`, [payoutId])
    expect(await act(payoutId, 'send')).toBe('second_person_needed')
  })

  it('takes two people above the threshold: by the sum of a user in 24 hours, and by the sum to an address', async () => {
    await world.give('user:ann', 5_000_000_000n)
    await world.give('user:bob', 5_000_000_000n)
    const [first, second] = [await made('900'), await made('900')]
    const other = await made('200', { onliId: 'bob' })
    expect(await approve(first.payoutId)).toBe('approved')
    expect(await approve(second.payoutId)).toBe('requested')
    expect(await approve(second.payoutId)).toBe('second_person_needed')
    expect(await approve(second.payoutId, { ...grace, keyId: 'key_grace_2' })).toBe('second_person_needed')
    expect(await approve(other.payoutId)).toBe('requested')
    expect(await approve(second.payoutId, alan)).toBe('approved')
    world.clock.advance(86_400_001)
    const later = await made('900')
    expect(await approve(later.payoutId)).toBe('approved')
  })

  it('of one person counts once, also where it is given twice at the same moment', async () => {
    await world.give('user:ann', 5_000_000_000n)
    const { payoutId } = await made('2000')
    const both = await Promise.all([approve(payoutId), approve(payoutId)])
    expect(both.sort()).toEqual(['requested', 'second_person_needed'])
    expect(await act(payoutId, 'send')).toBe('payout_state')
  })

  it('is not given by the one who asks, and not by a key without the scope', async () => {
    const { payoutId } = await made()
    expect(await approve(payoutId, { ...operator('ann') })).toBe('second_person_needed')
    expect(await approve(payoutId, { onliId: 'ann', scopes: ['read', 'payout'] })).toBe('forbidden')
    expect(await state(payoutId)).toBe('requested')
  })

  it('counts no more once its key is revoked', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    world.revokedKeys.add('key_grace')
    expect(await act(payoutId, 'send', {}, alan)).toBe('second_person_needed')
    expect(await state(payoutId)).toBe('approved')
  })
})

describe('sending', () => {
  it('happens once, however many send at the same moment', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    const orders: string[] = []
    world.sender = async ({ key }) => {
      orders.push(key)
      return yes({ hash: hashOf(7) })
    }
    const all = await Promise.all([act(payoutId, 'send'), act(payoutId, 'send', {}, alan), act(payoutId, 'send')])
    expect(all.filter((one) => one === 'payout_state')).toHaveLength(2)
    expect(orders).toEqual([payoutId])
  })

  it.each<[string, () => unknown, string]>([
    [
      'payouts are off',
      () => (world.config = { ...world.config, payouts: { ...world.config.payouts, enabled: false } }),
      'payouts_off',
    ],
    ['the user is frozen', () => world.standings.set('ann', 'frozen'), 'user_suspended'],
    ['the user owes us', () => world.give('receivable:ann', -1n), 'not_payable'],
    [
      'the address was removed',
      () => database.query('UPDATE payouts.addresses SET removed_at = now()'),
      'unknown_destination',
    ],
    [
      'the address is denied',
      () =>
        (world.config = {
          ...world.config,
          chains: { ...world.config.chains, BSC: { ...world.config.chains.BSC, deniedAddresses: [mine] } },
        }),
      'address_refused',
    ],
  ])('does not begin where since the approval %s', async (_what, arrange, code) => {
    const { payoutId } = await made()
    await approve(payoutId)
    await arrange()
    expect(await act(payoutId, 'send')).toBe(code)
    expect(await state(payoutId)).toBe('approved')
  })

  it('is not repeated where the partner acted and did not answer: it goes to review, and its hash proves it', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    let calls = 0
    world.sender = async (asked) => {
      calls++
      world.chain.set(hashOf(8), paid(8, asked))
      throw new Error('the connection was reset')
    }
    expect(await act(payoutId, 'send')).toBe('review')
    expect(await act(payoutId, 'send')).toBe('payout_state')
    await world.follow(86_400_000)
    expect([calls, await state(payoutId)]).toEqual([1, 'review'])
    expect(await act(payoutId, 'hash', { hash: hashOf(8) })).toBe('sent')
    await world.follow()
    expect(await state(payoutId)).toBe('proven')
  })

  it('fails on a definite no, and the money is free again', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    world.sender = async () => no('address_refused', 'it is closed')
    expect(await act(payoutId, 'send')).toBe('failed')
    expect(await world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
  })

  it('goes to review where the process died after the attempt was stored, and holds the money for ever', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    world.sender = () => new Promise(() => undefined)
    void act(payoutId, 'send')
    await expect.poll(() => state(payoutId)).toBe('sending')
    world.sender = undefined
    await world.follow(longestSendingMs)
    expect(await state(payoutId)).toBe('review')
    await world.follow(90 * 86_400_000)
    expect(await state(payoutId)).toBe('review')
    expect((await world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('that is unknown stays so', async () => {
    const { payoutId } = await made()
    await approve(payoutId)
    world.sender = async () => unknown('a time-out')
    expect(await act(payoutId, 'send')).toBe('review')
    expect((await world.balances())['user:ann']).toBe('80000000/5500000')
  })
})

describe('proof', () => {
  const stranger = `0x${'9'.repeat(40)}`
  it.each([
    ['a transfer from a wallet that is not ours', paid(1, { ...order, from: stranger })],
    ['a transfer to another address', paid(1, { ...order, to: stranger })],
    ['another amount', paid(1, { ...order, amountMicro: 25_500_001n })],
    [
      'another token',
      paid(1, order, { transfers: paid(1, order).transfers.map((one) => ({ ...one, tokenAddress: stranger })) }),
    ],
    ['a failed transaction', paid(1, order, { succeeded: false })],
    ['a transfer from before the approval', paid(1, order, { blockTimeMs: Date.UTC(2020, 0, 1) })],
  ])('is not %s: it goes to review, and nothing is settled', async (_what, transaction) => {
    world.chain.set(hashOf(1), transaction)
    const payoutId = await sent(1)
    await world.follow()
    expect(await state(payoutId)).toBe('review')
    expect((await world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('is one transfer for one payout: the second that names it goes to review', async () => {
    const [one, other] = [await sending(), await sending()]
    world.chain.set(hashOf(1), paid(1, order))
    await act(one, 'hash', { hash: hashOf(1) })
    await act(other, 'hash', { hash: hashOf(1) })
    await world.follow()
    await world.follow(60_000)
    expect([await state(one), await state(other)].sort()).toEqual(['proven', 'review'])
    expect((await world.balances())['world:ETH']).toBe('25500000/0')
  })

  it('is taken from the transaction that replaced the first', async () => {
    const payoutId = await sent(1)
    await world.follow()
    world.chain.set(hashOf(2), paid(2, order))
    expect(await act(payoutId, 'hash', { hash: hashOf(2) })).toBe('sent')
    await world.follow()
    expect(await read(payoutId)).toMatchObject({ state: 'proven', hash: hashOf(2) })
  })

  it('waits while the chain is halted', async () => {
    const payoutId = await sent(1)
    world.chain.set(hashOf(1), paid(1, order))
    const { ETH } = world.config.chains
    world.config = { ...world.config, chains: { ...world.config.chains, ETH: { ...ETH, halted: true } } }
    await world.follow()
    expect(await state(payoutId)).toBe('sent')
    world.config = { ...world.config, chains: { ...world.config.chains, ETH } }
    await world.follow(60_000)
    expect(await state(payoutId)).toBe('proven')
  })
})

describe('a proven payout whose transfer vanishes', () => {
  async function vanished(): Promise<string> {
    const payoutId = await sent(1)
    world.chain.set(hashOf(1), paid(1, order))
    await world.follow()
    expect(await state(payoutId)).toBe('proven')
    world.chain.delete(hashOf(1))
    for (let look = 0; look < 6; look++) await world.follow(600_000)
    return payoutId
  }

  it('is given back and held at once: it cannot be spent, and mined again it has paid', async () => {
    const payoutId = await vanished()
    expect(await state(payoutId)).toBe('review')
    expect(await world.balances()).toEqual({ 'payable:ann': '20000000/20000000', 'user:ann': '80000000/5500000' })
    world.chain.set(hashOf(1), paid(1, order, { blockNumber: 105 }))
    await world.follow(600_000)
    expect(await state(payoutId)).toBe('proven')
    expect(await world.balances()).toEqual({ 'user:ann': '74500000/0', 'world:ETH': '25500000/0' })
    await world.follow(3_600_000)
    expect(await state(payoutId)).toBe('settled')
  })

  it('fails only by two people, and only once another transaction took its place', async () => {
    const payoutId = await vanished()
    const reason = { reason: 'the nonce was used for a cancellation' }
    expect(await act(payoutId, 'fail', reason)).toBe('payout_state')
    world.chain.set(hashOf(5), paid(5, order, { transfers: [] }))
    await act(payoutId, 'hash', { hash: hashOf(5) })
    await world.follow()
    await world.follow(600_000)
    for (let look = 0; look < 30 && (await state(payoutId)) === 'sent'; look++) await world.follow(600_000)
    expect(await act(payoutId, 'fail', reason)).toBe('review')
    expect(await act(payoutId, 'fail', reason)).toBe('second_person_needed')
    expect(await act(payoutId, 'fail', reason, alan)).toBe('failed')
    expect(await world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
  })
})

it('stores a claim with what it settles, or neither: a failure in between is looked at again', async () => {
  const payoutId = await sent(1)
  world.chain.set(hashOf(1), paid(1, order))
  const { ledger } = world.deps
  const broken = (tx: Parameters<typeof ledger>[0]) => ({
    ...ledger(tx),
    settle: () => Promise.reject(new Fault('transfer_conflict', { retryable: true, publicMessage: 'killed' })),
  })
  Object.assign(world.deps, { ledger: broken })
  await world.follow()
  expect(await state(payoutId)).toBe('sent')
  expect(await database.query('SELECT 1 FROM test.claims')).toEqual([])
  Object.assign(world.deps, { ledger })
  await world.follow(60_000)
  expect(await state(payoutId)).toBe('proven')
})
