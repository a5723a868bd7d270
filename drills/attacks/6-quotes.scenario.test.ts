import type { MarketplaceConfig } from '@species/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AttackStage, type Name, type Receipt } from './attack-stage.ts'

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
}, 60_000)
afterAll(async () => {
  await stage.close()
})

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
})
