import type { MarketplaceConfig } from '@species/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AttackStage, type Name, type Receipt, endOf, newId, until } from './attack-stage.ts'

interface Quote {
  quoteId: string
  state: string
  amount: string
  total: string
  fee: string
  payTo: { chain: string; address: string; isShared: boolean }
  payments: { amount: string; becomes: string; isClaimed: boolean }[]
}

let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start((config) => ({ ...config, quotes: { ...config.quotes, lifeMs: 600_000 } }))
}, 120_000)
afterAll(() => stage.endWell())

const client = (name: Name) => stage.players[name].client

async function quote(name: Name, body: object): Promise<Quote> {
  return (await client(name).request('POST', '/marketplace/v1/quotes', { to: 'treasury', chain: 'ETH', ...body }))
    .body as Quote
}
const read = async (name: Name, quoteId: string): Promise<Quote> =>
  (await client(name).request('GET', `/marketplace/v1/quotes/${quoteId}`)).body as Quote

/** Pays the address of a quote, from a wallet that nobody has proven unless said. */
async function payTo({ payTo: { address } }: Quote, amount: string, from = `0x${'7'.repeat(40)}`): Promise<void> {
  await stage.control('/chains/ETH/transfers', { token: 'USDT', from, to: address, amount })
  await stage.control('/chains/ETH/blocks', { count: 40 })
}

const buyAs = (name: Name, made: Quote, units: number): Promise<Receipt> =>
  stage.trade(name, { to: 'treasury', amount: units, payWith: { quote: made.quoteId } })

describe('an event that cites a quote', () => {
  test('needs no hash: paid before or after, from any wallet, at the price of the quote although prices have risen', async () => {
    const first = await quote('alice', { amount: 10 })
    expect(first.payTo.isShared).toBe(false)
    await payTo(first, first.amount)
    const before = stage.configure((config: MarketplaceConfig) => ({ ...config, treasuryPrice: '2' }))
    await before
    const receipt = await buyAs('alice', first, 10)
    expect(receipt).toMatchObject({ status: 'COMPLETED', price: { total: first.total, fee: first.fee } })
    await stage.configure((config: MarketplaceConfig) => ({ ...config, treasuryPrice: '1' }))

    const second = await quote('alice', { amount: 5 })
    const ends = buyAs('alice', second, 5)
    await payTo(second, second.amount)
    expect((await ends).status).toBe('COMPLETED')
    expect((await read('alice', second.quoteId)).state).toBe('paid')
  }, 60_000)

  test('is refused where the payment is short, and what was paid is credit; what is too much is credit beside the trade', async () => {
    const short = await quote('bob', { amount: 10 })
    await payTo(short, '9')
    expect(endOf(await buyAs('bob', short, 10))).toBe('insufficient_payment')
    expect(await stage.credit('bob')).toBe(9)

    const more = await quote('bob', { amount: 10 })
    const ends = buyAs('bob', more, 10)
    await payTo(more, '15')
    expect((await ends).status).toBe('COMPLETED')
    expect(await stage.credit('bob')).toBeCloseTo(9 + 15 - Number(more.total) - Number(more.fee), 6)
  }, 60_000)

  test('takes the units that the quote reserved, and a second payment is credit', async () => {
    await stage.buy('alice', 100)
    const listingId = await stage.sell('alice', 100, '1.5')
    const before = await stage.credit('carol')
    const made = await quote('carol', { to: undefined, listingId, amount: 10 })
    const ends = stage.trade('carol', { listingId, amount: 10, payWith: { quote: made.quoteId } })
    await payTo(made, made.amount)
    expect((await ends).status).toBe('COMPLETED')
    await payTo(made, '2')
    await until(
      () => stage.credit('carol'),
      (credit) => credit === before + 2,
      30_000,
    )
    expect((await stage.doctor()).breaches).toEqual([])
  }, 90_000)

  test('of another user, or that says something else, gets nothing', async () => {
    const made = await quote('alice', { amount: 3 })
    const stolen = { to: 'treasury', amount: 3, payWith: { quote: made.quoteId } }
    await expect(stage.trade('bob', stolen)).rejects.toMatchObject({ code: 'quote_ended' })
    expect(endOf(await buyAs('alice', made, 4))).toBe('quote_mismatch')
    expect((await read('alice', made.quoteId)).state).toBe('open')
    await expect(read('bob', made.quoteId)).rejects.toMatchObject({ code: 'not_found' })
    const { preview } = await previewOf('alice', made, 3)
    expect(preview).toMatchObject({ total: made.total, fee: made.fee })
  }, 60_000)
})

async function previewOf(
  name: Name,
  { quoteId }: Quote,
  amount: number,
): Promise<{ preview: Record<string, unknown> }> {
  const event = { eventId: newId(), from: name, to: 'treasury', amount, payWith: { quote: quoteId } }
  const { body } = await client(name).request('POST', '/marketplace/v1/events/preview', event)
  return { preview: body as Record<string, unknown> }
}
