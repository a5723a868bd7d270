import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { quotesModule } from '../index.ts'
import {
  type World,
  aliceWallet,
  createWorld,
  dueMicro,
  keyOf,
  leased,
  minuteMs,
  paymentOf,
  shared,
} from '../test-world.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(quotesModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE quotes.transfers, quotes.quotes, quotes.addresses')
  world = createWorld(database)
})

/** The time at which a quote is over, and the chain is read past it: life, tolerance, finality, delay of lists. */
const overMs = 15 * minuteMs + 15_000 + 12 * 12_000 + 60_000

async function later(ms: number): Promise<void> {
  world.clock.advance(ms)
  await world.watch()
}

describe('a key with limits', () => {
  test('gets no quote beyond them, and what it asked for is not reserved', async () => {
    const wanted = { to: 'treasury', amount: 10, chain: 'ETH' }
    const refused = await world.ask('POST', '', wanted, 'alice#9')
    expect(refused).toMatchObject({ body: { code: 'limit_exceeded' } })
    expect(await database.query('SELECT 1 FROM quotes.quotes')).toEqual([])
    expect((await world.ask('POST', '', wanted, 'alice#10')).status).toBe(201)
  })
})

describe('a payment in time', () => {
  test('waits unclaimed for its event, which finds it whether it cites the quote before or after', async () => {
    const quote = await world.quote()
    expect(await world.cite(quote, 1)).toBe('cited')
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'none' })
    const paid = world.pay(quote, dueMicro)
    await later(5_000)
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'seen', transfer: { hash: paid.hash } })
    await later(overMs)
    expect([world.claimed.size, world.released, (await world.read(quote.quoteId)).state]).toEqual([0, [], 'seen'])
  })

  test('that no event cites by the end of the quote is its owner’s credit, and its units are released', async () => {
    const quote = await world.quote()
    const paid = world.pay(quote, dueMicro)
    await later(14 * minuteMs)
    expect(world.claimed.size).toBe(0)
    await later(2 * minuteMs)
    expect(world.claimed.get(paid.hash)).toMatchObject({ kind: 'quote', ref: quote.quoteId, payer: 'alice' })
    expect(world.published.map(({ topic }) => topic)).toEqual(['payment.claimed'])
    expect([world.released, (await world.read(quote.quoteId)).state]).toEqual([[keyOf(quote)], 'expired'])
    expect(await world.cite(quote, 1)).toBe('quote_ended')
  })

  test('keeps the units until it is final, and gives them back if its chain takes it away', async () => {
    const quote = await world.quote()
    const paid = world.pay(quote, dueMicro, { status: 'seen' })
    await later(14 * minuteMs)
    await later(overMs)
    expect([world.claimed.size, world.released]).toEqual([0, []])
    world.found.splice(0, 1, { ...paid, status: 'gone' })
    await later(minuteMs)
    expect([world.claimed.size, world.released]).toEqual([0, [keyOf(quote)]])
  })

  test('of dust ends no quote: it is credit at once, and the real payment still pays', async () => {
    const quote = await world.quote()
    const dust = world.pay(quote, 1n)
    const paid = world.pay(quote, dueMicro)
    await later(5_000)
    expect([...world.claimed.keys()]).toEqual([dust.hash])
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'seen', transfer: { hash: paid.hash } })
  })
})

describe('money beside the payment is the owner’s credit', () => {
  test('a second payment, at once; and what comes after the event was paid', async () => {
    const quote = await world.quote()
    const first = world.pay(quote, dueMicro)
    const second = world.pay(quote, dueMicro)
    await world.cite(quote, 1)
    await later(5_000)
    expect([...world.claimed.keys()]).toEqual([second.hash])
    expect(await paymentOf(world, quote)).toMatchObject({ transfer: { hash: first.hash } })
  })

  test('but not what another wallet of ours sends: no quote is paid by it, and no one is credited', async () => {
    const quote = await world.quote()
    world.pay(quote, dueMicro, { fromAddress: shared })
    await later(5_000)
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'none' })
    await later(16 * minuteMs)
    expect([world.claimed.size, world.published]).toEqual([0, []])
  })

  test('late money, long after the end', async () => {
    const quote = await world.quote()
    await later(overMs + 1_000)
    expect([(await world.read(quote.quoteId)).state, world.released]).toEqual(['expired', [keyOf(quote)]])
    world.clock.advance(7 * 86_400_000)
    const late = world.pay(quote, dueMicro)
    await later(2 * 3_600_000)
    expect(world.claimed.get(late.hash)).toMatchObject({ payer: 'alice' })
  })

  test('money for a quote that was cancelled', async () => {
    const quote = await world.quote()
    expect((await world.ask('DELETE', `/${quote.quoteId}`)).status).toBe(200)
    expect(world.released).toEqual([keyOf(quote)])
    const paid = world.pay(quote, dueMicro)
    await later(5_000)
    expect(world.claimed.get(paid.hash)).toMatchObject({ payer: 'alice' })
  })

  test('never before the chain has shown it again, nor while it is halted', async () => {
    const quote = await world.quote()
    const listed = world.pay(quote, 1n)
    world.deps.chainReaders.forEach((reader) => {
      Object.assign(reader, { transaction: () => Promise.resolve({ kind: 'unknown', reason: 'down' }) })
    })
    await later(10_000)
    expect(world.claimed.has(listed.hash)).toBe(false)
  })
})

describe('a quote is over', () => {
  test('not before the list of its address is read past its end and finality', async () => {
    const quote = await world.quote()
    world.behindMs = 10 * minuteMs
    await later(overMs + 5 * minuteMs)
    expect([(await world.read(quote.quoteId)).state, world.released]).toEqual(['open', []])
    world.behindMs = undefined
    await later(minuteMs)
    expect(world.released).toEqual([])
    world.behindMs = 0
    await later(minuteMs)
    expect(world.released).toEqual([keyOf(quote)])
  })

  test('later by as long as its chain was halted', async () => {
    const quote = await world.quote()
    world.change({ halted: true })
    world.clock.advance(60 * minuteMs)
    await world.watch()
    world.change({ halted: false })
    const paid = world.pay(quote, dueMicro)
    await later(35_000)
    expect(await paymentOf(world, quote)).toMatchObject({ kind: 'seen', transfer: { hash: paid.hash } })
  })
})

describe('addresses', () => {
  test('are leased to one quote each; an owner’s second shares one, with an amount of its own up to 0.01 higher', async () => {
    const [first, second] = [await world.quote(), await world.quote()]
    expect([first.payTo, second.payTo].map(({ isShared }) => isShared)).toEqual([false, true])
    expect(leased).toContain(first.payTo.address)
    expect(second.payTo.address).toBe(shared)
    const extra = BigInt(second.amount.replace('.', '')) - dueMicro
    expect(extra > 0n && extra <= 10_000n).toBe(true)
    expect((await world.quote('bob')).payTo).toMatchObject({ isShared: false })
  })

  test('that are shared tell payments apart by amount, and want a wallet of the owner’s', async () => {
    await world.quote()
    const quote = await world.quote()
    const amount = BigInt(quote.amount.replace('.', ''))
    world.pay(quote, amount)
    const other = world.pay(quote, amount - 1n, { fromAddress: aliceWallet })
    const right = world.pay(quote, amount, { fromAddress: aliceWallet })
    await later(5_000)
    expect(await paymentOf(world, quote)).toMatchObject({ transfer: { hash: right.hash } })
    expect((await world.read(quote.quoteId)).payments.map(({ becomes }) => becomes).sort()).toEqual([
      'operator',
      'payment',
    ])
    await later(overMs)
    expect([...world.claimed.keys()]).toEqual([right.hash])
    expect(world.claimed.has(other.hash)).toBe(false)
  })

  test('of a quote that was paid rest for 30 days; of one that was not they are free once it is over', async () => {
    world.change({ quoteAddresses: leased.slice(0, 1) })
    const unpaid = await world.quote()
    await later(overMs + 1_000)
    const again = await world.quote('bob')
    expect(again.payTo.address).toBe(unpaid.payTo.address)
    world.clock.advance(minuteMs)
    world.pay(again, dueMicro)
    await later(5_000)
    await later(overMs + 1_000)
    expect((await world.quote('carol')).payTo.isShared).toBe(true)
    await later(30 * 86_400_000)
    expect((await world.quote('dora')).payTo.address).toBe(unpaid.payTo.address)
  })

  const monthMs = 30 * 86_400_000
  const wrongMs = 100 * 86_400_000

  test('of a quote that was paid are given to no other by a clock that is set forward: their money may still come', async () => {
    world.change({ quoteAddresses: leased.slice(0, 1) })
    const paid = await world.quote()
    world.pay(paid, dueMicro)
    await later(5_000)
    await later(overMs + 1_000)
    world.clock.step(wrongMs)
    expect((await world.quote('bob')).payTo.isShared).toBe(true)
    world.clock.step(-wrongMs)
    await later(monthMs)
    expect((await world.quote('dora')).payTo).toEqual(paid.payTo)
  })

  test('that are shared: nor is the amount of a quote that was paid', async () => {
    world.change({ quoteAddresses: [] })
    const paid = await world.quote()
    world.pay(paid, BigInt(paid.amount.replace('.', '')), { fromAddress: aliceWallet })
    await later(5_000)
    await later(overMs + 1_000)
    const held = (): Promise<unknown[]> => database.query('SELECT 1 FROM quotes.quotes WHERE holds_amount')
    world.clock.step(wrongMs)
    await world.watch()
    expect(await held()).toHaveLength(1)
    world.clock.step(-wrongMs)
    await later(monthMs)
    expect(await held()).toHaveLength(0)
  })

  test('that changed hands: money from a wallet of the earlier holder, and of that moment, waits for an operator', async () => {
    world.change({ quoteAddresses: leased.slice(0, 1) })
    const before = await world.quote()
    await later(overMs + 1_000)
    const now = await world.quote('bob')
    expect(now.payTo.address).toBe(before.payTo.address)
    world.pay(now, dueMicro)
    world.clock.advance(minuteMs)
    world.pay(now, dueMicro, { fromAddress: aliceWallet })
    const bobs = world.pay(now, dueMicro)
    await later(5_000)
    expect((await world.read(now.quoteId, 'bob')).payments.map(({ becomes }) => becomes)).toEqual([
      'operator',
      'operator',
      'payment',
    ])
    expect(await paymentOf(world, now)).toMatchObject({ transfer: { hash: bobs.hash } })
  })
})

describe('a quote', () => {
  test('is for one event of its owner that says the same', async () => {
    const quote = await world.quote()
    expect(await world.cite(quote, 1, { amount: '11' })).toBe('quote_mismatch')
    expect(await world.cite(quote, 1, { from: 'bob' })).toBe('quote_ended')
    expect([await world.cite(quote, 1), await world.cite(quote, 1), await world.cite(quote, 2)]).toEqual([
      'cited',
      'cited',
      'quote_cited',
    ])
    expect((await world.ask('DELETE', `/${quote.quoteId}`)).body).toMatchObject({ code: 'quote_cited' })
  })

  test('says which event buys it, and what came in beside what is due', async () => {
    const quote = await world.quote()
    expect(quote).toMatchObject({
      unitPrice: '1.000000',
      event: { from: 'alice', to: 'treasury', amount: '10', payWith: { quote: quote.quoteId } },
    })
    const { payWith, ...event } = quote.event
    expect(payWith).toEqual({ quote: quote.quoteId })
    expect(await world.cite(quote, 1, event)).toBe('cited')
    world.pay(quote, dueMicro - 1n)
    world.pay(quote, dueMicro + 1n)
    await later(5_000)
    expect((await world.read(quote.quoteId)).payments.map(({ amountIs }) => amountIs)).toEqual(['short', 'excess'])
  })

  test('names the event that cites it, alone and in the list', async () => {
    const quote = await world.quote()
    world.clock.advance(1_000)
    const other = await world.quote()
    await world.cite(quote, 1)
    expect((await world.read(quote.quoteId)).eventId).toBe('event-000000000001')
    expect((await world.read(other.quoteId)).eventId).toBeUndefined()
    const { quotes } = (await world.ask('GET', '')).body as unknown as { quotes: { eventId?: string }[] }
    expect(quotes.map(({ eventId }) => eventId)).toEqual([undefined, 'event-000000000001'])
  })

  test('does not exist for another user', async () => {
    const { quoteId } = await world.quote()
    for (const method of ['GET', 'DELETE'])
      expect((await world.ask(method, `/${quoteId}`, undefined, 'bob')).status).toBe(404)
    expect((await world.ask('GET', '', undefined, 'bob')).body).toMatchObject({ quotes: [] })
    expect((await world.ask('GET', '')).body).toMatchObject({ quotes: [{ quoteId }] })
  })

  test('is refused to a user with five open ones, and when no address or amount is left, each with Retry-After', async () => {
    for (let n = 0; n < 5; n++) await world.quote()
    const wanted = { to: 'treasury', amount: 10, chain: 'ETH' }
    expect(await world.ask('POST', '', wanted)).toMatchObject({ status: 429, retry: '60' })
    world.change({ quoteAddresses: [], depositAddresses: [] })
    expect(await world.ask('POST', '', wanted, 'bob')).toMatchObject({ status: 503, retry: '60' })
  })
})
