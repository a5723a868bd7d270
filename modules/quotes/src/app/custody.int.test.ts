import type { CustodyHint, CustodyPayment, CustodyStatus, FoundTransfer } from '@species/contracts'
import { type Outcome, no, unknown, yes } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { quotesModule } from '../index.ts'
import {
  type Shown,
  type World,
  createWorld,
  dueMicro,
  keyOf,
  leased,
  minuteMs,
  paymentOf,
  shared,
} from '../test-world.ts'
import { createQuotesPort } from './quotes-port.ts'

const theirs = `0x${'e'.repeat(40)}`
const dayMs = 86_400_000

let database: Database
let world: World
/** The custodian in memory: what it was asked for, what it answers, and what it says of payments. */
let partner: {
  made: { orderId: string; amountMicro: bigint }[]
  answer: (payment: CustodyPayment) => Outcome<CustodyPayment>
  status: CustodyStatus
}
let kept: string[]
beforeAll(async () => {
  database = await pgliteWith(quotesModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE quotes.transfers, quotes.quotes, quotes.addresses, quotes.custody_payments')
  world = createWorld(database)
  partner = { made: [], answer: yes, status: 'waiting' }
  kept = []
  const paymentFor = (orderId: string, amountMicro: bigint): CustodyPayment => ({
    paymentId: String(5_000 + partner.made.length),
    status: partner.status,
    orderId,
    chain: 'ETH',
    payAddress: theirs,
    amountMicro,
    validUntilMs: world.clock.now() + 7 * dayMs,
  })
  const claims = world.deps.claims
  Object.assign(world.deps, {
    custodian: {
      custodian: 'nowpayments',
      create: ({ orderId, amountMicro }: { orderId: string; amountMicro: bigint }) => {
        partner.made.push({ orderId, amountMicro })
        return Promise.resolve(partner.answer(paymentFor(orderId, amountMicro)))
      },
      read: (paymentId: string) => Promise.resolve(yes({ ...paymentFor('x', 1n), paymentId, status: partner.status })),
    },
    custodyHints: { read: (body: string) => JSON.parse(body) as CustodyHint },
    claims: (tx: Database) => ({
      ...claims(tx),
      keepCustody: (_chain: string, address: string) => Promise.resolve(kept.push(address) > 0),
    }),
  })
})

type Through = Shown & { payThrough?: { paymentId: string; address: string; status: string } }
const pay = async (quote: Shown, as = 'alice'): Promise<{ status: number; body: Through; code?: unknown }> => {
  const { status, body } = await world.ask('POST', `/${quote.quoteId}/nowpayments`, undefined, as)
  return { status, body: body, code: (body as unknown as { code?: string }).code }
}
const come = (quote: Shown, micro: bigint, more: Partial<FoundTransfer> = {}): FoundTransfer =>
  world.pay(quote, micro, { toAddress: theirs, ...more })
async function later(ms: number): Promise<void> {
  world.clock.advance(ms)
  await world.watch()
}
const becomes = async (quote: Shown): Promise<string[]> =>
  (await world.read(quote.quoteId)).payments.map((one) => `${one.becomes} ${String(one.isClaimed)}`)

describe('a payment through a custodian', () => {
  test('is made once for a quote, of exactly its amount, and its address is the custodian’s for ever', async () => {
    const quote = await world.quote()
    const [first, second] = [await pay(quote), await pay(quote)]
    expect(first.body.payThrough).toMatchObject({ paymentId: 'npmt_5001', address: theirs, status: 'waiting' })
    expect(second.body).toEqual(first.body)
    expect(partner.made).toEqual([{ orderId: quote.quoteId, amountMicro: dueMicro }])
    expect(kept).toEqual([theirs])
  })

  test('pays the event that cites the quote, by the chain, at the address of the custodian', async () => {
    const quote = await world.quote()
    await pay(quote)
    expect(await world.cite(quote, 1)).toBe('cited')
    const paid = come(quote, dueMicro)
    await later(5_000)
    expect(await paymentOf(world, quote)).toMatchObject({
      kind: 'seen',
      transfer: { hash: paid.hash },
      address: theirs,
      isShared: false,
    })
  })

  test('names its quote for the owner, and for no one else', async () => {
    const quote = await world.quote()
    await pay(quote)
    const port = createQuotesPort(world.deps)(database)
    expect(await port.paidThrough('5001', 'alice')).toBe(quote.quoteId)
    expect(await port.paidThrough('5001', 'bob')).toBeUndefined()
    expect(await port.paidThrough('5002', 'alice')).toBeUndefined()
  })

  test('that the custodian calls finished is worth nothing until the chain shows it', async () => {
    const quote = await world.quote()
    await pay(quote)
    partner.status = 'finished'
    await later(5_000)
    expect((await world.read(quote.quoteId)) as Through).toMatchObject({
      state: 'open',
      payThrough: { status: 'finished' },
    })
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'none' })
    await later(30 * minuteMs)
    await later(minuteMs)
    expect([world.claimed.size, (await world.read(quote.quoteId)).state]).toEqual([0, 'expired'])
  })

  test.each<[string, bigint, string]>([
    ['exact', dueMicro, 'payment false'],
    ['short', dueMicro / 2n, 'payment false'],
    ['excess', dueMicro * 2n, 'payment false'],
    ['dust', 1n, 'credit true'],
  ])('that is %s is treated as at an address of the quote’s own', async (_what, micro, then) => {
    const quote = await world.quote()
    await pay(quote)
    come(quote, micro)
    await later(5_000)
    expect(await becomes(quote)).toEqual([then])
  })

  test('that is repeated waits for an operator, however much it is; dust before it does not make it a repetition', async () => {
    const quote = await world.quote()
    await pay(quote)
    come(quote, 1n)
    come(quote, dueMicro)
    come(quote, dueMicro)
    await later(5_000)
    expect(await becomes(quote)).toEqual(['credit true', 'payment false', 'operator false'])
  })

  test('that comes late is credit while the address is the payment’s, and an operator’s to decide after that', async () => {
    const [inLease, after] = [await world.quote(), await world.quote('bob')]
    await pay(inLease)
    await later(20 * minuteMs)
    come(inLease, dueMicro)
    await later(minuteMs)
    expect(await becomes(inLease)).toEqual(['credit true'])
    expect([...world.claimed.values()]).toMatchObject([{ kind: 'quote', payer: 'alice' }])
    expect((await pay(after, 'bob')).code).toBe('quote_ended')
  })

  test('that comes after the custodian has given up the address is credited to no one', async () => {
    const quote = await world.quote()
    await pay(quote)
    await later(8 * dayMs)
    come(quote, dueMicro)
    await later(60 * minuteMs)
    expect([await becomes(quote), world.claimed.size]).toEqual([['operator false'], 0])
  })

  test('beside one at the address of the quote is credit: a quote is paid once', async () => {
    const quote = await world.quote()
    await pay(quote)
    world.pay(quote, dueMicro)
    await later(5_000)
    come(quote, dueMicro)
    await later(5_000)
    await later(5_000)
    expect((await becomes(quote)).sort()).toEqual(['credit true', 'payment false'])
  })

  test('keeps its quote open until the custodian’s list is read past its end as well', async () => {
    const quote = await world.quote()
    await pay(quote)
    const through = new Map<string, number>()
    const { deposits } = world.deps
    Object.assign(world.deps, {
      deposits: {
        ...deposits,
        readThrough: (_chain: string, addresses: string[]) =>
          Promise.resolve(new Map(addresses.map((one) => [one, through.get(one) ?? world.clock.now()]))),
      },
    })
    through.set(theirs, world.clock.now())
    const paidAtMs = world.clock.now() + minuteMs
    await later(60 * minuteMs)
    expect([(await world.read(quote.quoteId)).state, world.released]).toEqual(['open', []])
    come(quote, dueMicro, { blockTimeMs: paidAtMs })
    through.delete(theirs)
    await later(5_000)
    await later(15_000)
    expect((await becomes(quote))[0]).toMatch(/^payment/)
    expect(world.released).toEqual([keyOf(quote)])
  })
})

describe('a custodian', () => {
  test.each<[string, (made: CustodyPayment) => Partial<CustodyPayment>]>([
    ['another amount', () => ({ amountMicro: dueMicro - 1n })],
    ['no whole amount', () => ({ amountMicro: undefined })],
    ['another order', () => ({ orderId: 'qt_another' })],
    ['another chain', () => ({ chain: 'BSC' })],
    ['another currency', () => ({ chain: undefined })],
    ['our deposit address', () => ({ payAddress: shared })],
    ['an address of quotes', () => ({ payAddress: leased[1] ?? '' })],
  ])('that answers with %s is not believed, and nothing is kept', async (_what, lie) => {
    const quote = await world.quote()
    partner.answer = (made) => yes({ ...made, ...lie(made) })
    expect((await pay(quote)).code).toBe('service_unavailable')
    partner.answer = yes
    expect((await pay(quote)).status).toBe(200)
    expect(kept).toEqual([theirs])
  })

  test('that gives one address twice has given it once', async () => {
    const [one, other] = [await world.quote(), await world.quote('bob')]
    await pay(one)
    expect((await pay(other, 'bob')).code).toBe('service_unavailable')
    come(other, dueMicro)
    await later(5_000)
    expect([await becomes(one), (await world.read(other.quoteId, 'bob')).payments]).toEqual([['payment false'], []])
  })

  test('that gives no answer leaves the quote as it was; that refuses is quoted', async () => {
    const quote = await world.quote()
    partner.answer = () => unknown('no answer')
    expect(await pay(quote)).toMatchObject({ status: 503, code: 'service_unavailable' })
    partner.answer = () => no('invalid_request', 'Crypto amount 1 is less than minimal')
    expect((await pay(quote)).code).toBe('invalid_request')
    expect((await world.read(quote.quoteId)) as Through).not.toHaveProperty('payThrough')
  })

  test('makes none for another’s quote, one that was cancelled, or one that ends in a moment', async () => {
    const [quote, other] = [await world.quote(), await world.quote()]
    expect((await pay(quote, 'bob')).code).toBe('not_found')
    await world.ask('DELETE', `/${other.quoteId}`)
    expect((await pay(other)).code).toBe('quote_ended')
    world.clock.advance(14 * minuteMs + 30_000)
    expect((await pay(quote)).code).toBe('quote_ended')
    expect(partner.made).toEqual([])
  })
})

describe('a notification', () => {
  const notify = async (hint: CustodyHint): Promise<unknown> => {
    const { createQuotes } = await import('../module.ts')
    const hook = createQuotes(world.deps).endpoints.find(({ spec }) => spec.path === '/webhooks/nowpayments')
    const answer = hook?.handle({ rawBody: JSON.stringify(hint), headers: new Headers() } as never)
    return await Promise.resolve(answer).then(
      (response) => response?.json() as unknown,
      (error: unknown) => (error as { code: string }).code,
    )
  }
  const dueIn = async (): Promise<number> => {
    const [row] = await database.query<{ due_at: Date }>('SELECT due_at FROM quotes.custody_payments')
    return (row?.due_at.getTime() ?? Infinity) - world.clock.now()
  }

  test('has the address looked at now, also of a repeated deposit; any other changes nothing', async () => {
    const quote = await world.quote()
    await pay(quote)
    await later(5_000)
    expect(await dueIn()).toBeGreaterThan(0)
    expect(await notify({ kind: 'look', paymentId: '9', parentPaymentId: undefined })).toEqual({
      heard: 'unknown_payment',
    })
    expect(await notify({ kind: 'forged' })).toBe('invalid_signature')
    expect(await notify({ kind: 'unreadable' })).toEqual({ heard: 'unreadable' })
    expect(await dueIn()).toBeGreaterThan(0)
    expect(await notify({ kind: 'look', paymentId: '9', parentPaymentId: '5001' })).toEqual({ heard: 'look' })
    expect(await dueIn()).toBe(0)
  })
})
