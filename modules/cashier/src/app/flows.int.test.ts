import { describe, expect, it } from 'vitest'
import { confirmed, matchedBody } from '../test-world.ts'
import { settleEvents } from './settle-events.ts'
import { audit, balances, buy, credit, fund, give, openLedger, release, settle, world } from './test-flows.ts'

openLedger()

describe('the forward road', () => {
  it('BUY_TREASURY: credits the payment, holds price and fee, settles, and keeps the rest as credit', async () => {
    const funded = await fund(1, buy)
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/15075000', 'world:ETH USDT': '-20000000/0' })
    const { settlement } = await settle(funded)
    expect(await balances()).toEqual({
      'fees USDT': '75000/0',
      'supply SPECIES': '-10/0',
      'treasury USDT': '15000000/0',
      'user:alice SPECIES': '10/0',
      'user:alice USDT': '4925000/0',
      'world:ETH USDT': '-20000000/0',
    })
    expect(settlement.lines.map((line) => [line.account, line.amount, line.balanceAfter])).toEqual([
      ['user:alice', -15_075_000n, 4_925_000n],
      ['treasury', 15_000_000n, 15_000_000n],
      ['fees', 75_000n, 75_000n],
      ['supply', -10n, -10n],
      ['user:alice', 10n, 10n],
    ])
    expect(await audit()).toEqual([])
  })

  it('SELL_MARKET, BUY_MARKET from credit, REDEEM and DELIST leave the figures of the table', async () => {
    await give(1, 'bob', 30n)
    await credit(2, 'alice', 10_000_000n)
    await credit(3, 'liquidity_pool', 5_000_000n)
    await settle(await fund(4, { intent: 'SELL_MARKET', from: 'bob', match: { units: 20n } }))
    const fills = [{ listingId: 'l', seller: 'bob', units: 4n, unitPriceMicro: 1_000_001n, totalMicro: 4_000_004n }]
    await settle(
      await fund(5, {
        intent: 'BUY_MARKET',
        from: 'alice',
        match: { units: 4n, totalMicro: 4_000_004n, fills },
        payment: { source: 'credit', claims: [] },
      }),
    )
    await settle(await fund(6, { intent: 'REDEEM', from: 'alice', match: { units: 3n, totalMicro: 3_750_000n } }))
    await settle(await fund(7, { intent: 'DELIST', from: 'bob', match: { units: 16n } }))
    expect(await balances()).toEqual({
      'fees USDT': '30000/0',
      'liquidity_pool SPECIES': '3/0',
      'liquidity_pool USDT': '1250000/0',
      'payable:alice USDT': '3750000/0',
      'payable:bob USDT': '4000004/0',
      'supply SPECIES': '-30/0',
      'user:alice SPECIES': '1/0',
      'user:alice USDT': '5969996/0',
      'user:bob SPECIES': '26/0',
      'world:ETH USDT': '-15000000/0',
    })
    expect(await audit()).toEqual([])
  })

  it('answers repeats at every stage with the first answer, and books nothing twice', async () => {
    const funded = await fund(1, buy)
    const held = await balances()
    world.clock.advance(60_000)
    expect(await fund(1, buy)).toEqual(funded)
    expect(await balances()).toEqual(held)
    const settled = await settle(funded)
    const done = await balances()
    world.clock.advance(60_000)
    expect(await settle(funded)).toEqual(settled)
    expect(await fund(1, buy)).toEqual(funded)
    expect(await balances()).toEqual(done)
  })

  it('a confirmed event without a hold is a fault that posts nothing', async () => {
    const funded = {
      ...matchedBody(1, buy),
      funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [] },
    }
    await expect(settleEvents(world.deps, [confirmed(funded)])).rejects.toMatchObject({
      code: 'confirmed_without_hold',
      retryable: false,
    })
    expect(await balances()).toEqual({})
  })

  it('a confirmed event that was given back is a fault that posts nothing', async () => {
    const funded = await fund(1, buy)
    await release(matchedBody(1, buy))
    const before = await balances()
    await expect(settleEvents(world.deps, [confirmed(funded)])).rejects.toMatchObject({
      code: 'confirmed_without_hold',
    })
    expect(await balances()).toEqual(before)
  })
})
