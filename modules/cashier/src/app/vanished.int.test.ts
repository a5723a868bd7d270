import type { StateBodies } from '@species/contracts'
import { paymentTransferId } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  balancesOf,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  matched,
  matchedBody,
  only,
  paymentClaimed,
  paymentVanished,
} from '../test-world.ts'
import { creditClaims, reversePayments } from './book-payments.ts'
import { forgetOldCounters } from './forget-counters.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await emptyLedger(database)
  world = createWorld(database)
})

const credit = (n: number, payer: string, amount: bigint) =>
  creditClaims(world.deps, [paymentClaimed(n, claim(n, payer, amount))])
const fund = async (n: number, event: MatchedEvent) =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'funded').body
const refusal = async (n: number, event: MatchedEvent) =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'refused').body.refusal
const release = async (body: StateBodies['matched']) =>
  only(await releaseEvents(world.deps, [cancelled(body)]), 'released').body
const balances = () => balancesOf(database)
const audit = () => cashierModule.queries(database).auditLedger()

const paid = claim(1, 'alice', 20_000_000n)
const buy: MatchedEvent = {
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [paid] },
}

describe('payments', () => {
  it('that vanish are taken from what is left, the rest is owed; a hold is not touched; once only', async () => {
    await fund(1, buy)
    const first = await reversePayments(world.deps, [paymentVanished(1, paid)])
    expect(only(first, 'payment.reversed').body.receivableMicro).toBe(15_075_000n)
    const after = { 'user:alice USDT': '15075000/15075000', 'receivable:alice USDT': '-15075000/0' }
    expect(await balances()).toEqual(after)
    await credit(2, 'alice', 7n)
    expect(await reversePayments(world.deps, [paymentVanished(1, paid)])).toEqual(first)
    expect(await balances()).toEqual({ ...after, 'user:alice USDT': '15075007/15075000', 'world:ETH USDT': '-7/0' })
    expect(await cashierModule.queries(database).paymentsBooked()).toBe(7n)
    expect(await audit()).toEqual([])
  })

  it('that vanish while they are held leave no spendable credit beside a debt: what the hold gives back pays it', async () => {
    await fund(1, buy)
    await reversePayments(world.deps, [paymentVanished(1, paid)])
    await credit(2, 'alice', 7n)
    await release(matchedBody(1, buy))
    expect(await balances()).toEqual({ 'user:alice USDT': '7/0', 'world:ETH USDT': '-7/0' })
    await release(matchedBody(1, buy))
    expect(await balances()).toEqual({ 'user:alice USDT': '7/0', 'world:ETH USDT': '-7/0' })
    expect(await cashierModule.queries(database).paymentsBooked()).toBe(7n)
    expect(await audit()).toEqual([])
  })

  it('that vanish while another event holds what its own payment brought: the credit it leaves is less what paid the debt', async () => {
    await settleEvents(world.deps, [confirmed(await fund(1, buy))])
    const second = claim(2, 'alice', 20_000_000n)
    const other: MatchedEvent = { ...buy, payment: { source: 'chain', claims: [second] } }
    await fund(2, other)
    await reversePayments(world.deps, [paymentVanished(1, paid)])
    expect((await balances())['receivable:alice USDT']).toBe('-10150000/0')
    const { release: left } = await release(matchedBody(2, other))
    expect(left.creditedMicro).toBe(9_850_000n)
    expect(left.paymentTransferIds).toEqual([paymentTransferId(second), `netting:${matchedBody(2, other).eventKey}`])
    expect((await balances())['receivable:alice USDT']).toBeUndefined()
    expect(await cashierModule.queries(database).creditedMicro(matchedBody(2, other).eventKey)).toBe(9_850_000n)
    expect(await audit()).toEqual([])
  })

  it('that had funded the pool and vanish while it holds for a redemption: what comes back is promised to nobody', async () => {
    await settleEvents(world.deps, [confirmed(await fund(1, buy))])
    const pool = claim(2, 'liquidity_pool', 100_000_000n)
    await creditClaims(world.deps, [paymentClaimed(2, pool)])
    const redeem: MatchedEvent = { intent: 'REDEEM', from: 'alice', match: { units: 4n, totalMicro: 60_000_000n } }
    await fund(3, redeem)
    await reversePayments(world.deps, [paymentVanished(2, pool)])
    await release(matchedBody(3, redeem))
    const after = await balances()
    expect([after['liquidity_pool USDT'], after['receivable:liquidity_pool USDT']]).toEqual([undefined, undefined])
    expect(await audit()).toEqual([])
  })

  it('that vanish before their event was funded do not let it be paid from other credit', async () => {
    await credit(2, 'alice', 90_000_000n)
    await reversePayments(world.deps, [paymentVanished(1, claim(1, 'alice', 20_000_000n))])
    expect(await refusal(1, buy)).toMatchObject({ code: 'insufficient_payment' })
    expect((await balances())['user:alice USDT']).toBe('90000000/0')
  })

  it('that vanish and are claimed again are booked and taken back by themselves: each life once', async () => {
    await settleEvents(world.deps, [confirmed(await fund(1, buy))])
    await reversePayments(world.deps, [paymentVanished(1, paid)])
    const again = { ...paid, life: 1 }
    const other: MatchedEvent = {
      ...buy,
      match: { units: 1n, totalMicro: 4_000_000n },
      payment: { source: 'chain', claims: [again] },
    }
    const queries = cashierModule.queries(database)
    const said = await creditClaims(world.deps, [paymentClaimed(2, again), paymentClaimed(2, again)])
    expect(said[0]?.body).toEqual({ chain: 'ETH', hash: paid.hash, logIndex: 0, life: 1 })
    expect(await queries.paymentsBooked()).toBe(20_000_000n)
    // The first life is told of again, and takes nothing from the second.
    await reversePayments(world.deps, [paymentVanished(1, paid)])
    await creditClaims(world.deps, [paymentClaimed(1, paid)])
    expect(await queries.paymentsBooked()).toBe(20_000_000n)
    const funded = await fund(2, other)
    expect(funded.funding.paymentTransferIds).toEqual([`payment:ETH:${paid.hash}:0:1`])
    const both = [paymentTransferId(paid), paymentTransferId(again)]
    expect(await queries.reversedAmong(both)).toEqual([both[0]])

    await reversePayments(world.deps, [paymentVanished(2, again)])
    await reversePayments(world.deps, [paymentVanished(2, again)])
    expect(await queries.paymentsBooked()).toBe(0n)
    expect((await queries.reversedAmong(both)).sort()).toEqual(both)
    expect(await audit()).toEqual([])
  })

  it.each(['as credit', 'by the event that names it', 'by one that is refused'])(
    'that vanish after they bought something and are claimed again, %s, pay for that first',
    async (how) => {
      await settleEvents(world.deps, [confirmed(await fund(1, buy))])
      await reversePayments(world.deps, [paymentVanished(1, paid)])
      expect(await balances()).toMatchObject({ 'receivable:alice USDT': '-15075000/0' })
      const again = { ...paid, life: 1 }
      const same: MatchedEvent = { ...buy, payment: { source: 'chain', claims: [again] } }
      if (how === 'as credit') await creditClaims(world.deps, [paymentClaimed(2, again)])
      else if (how === 'by one that is refused') await release(matchedBody(2, same))
      // What is left does not buy the same again.
      expect(await refusal(how === 'by one that is refused' ? 3 : 2, same)).toMatchObject({
        code: 'insufficient_payment',
      })
      const after = await balances()
      expect([after['user:alice USDT'], after['receivable:alice USDT']]).toEqual(['4925000/0', undefined])
      expect(await cashierModule.queries(database).creditedMicro(matchedBody(2, same).eventKey)).toBe(4_925_000n)
      expect(await audit()).toEqual([])
    },
  )

  it('that vanish before they were credited never become credit', async () => {
    expect(
      only(await reversePayments(world.deps, [paymentVanished(1, paid)]), 'payment.reversed').body.receivableMicro,
    ).toBe(0n)
    await creditClaims(world.deps, [paymentClaimed(1, paid)])
    expect(await refusal(1, buy)).toMatchObject({ code: 'insufficient_payment' })
    expect(await balances()).toEqual({})
  })
})

describe('counters of limits', () => {
  it('of windows long over are forgotten, and a release that comes later still is one', async () => {
    const limited: MatchedEvent = {
      intent: 'TRANSFER',
      from: 'alice',
      to: 'bob',
      match: { units: 1n },
      more: { limits: { unitsPerHour: 5n, unitsPerDay: 5n } },
    }
    const gift = { ...buy, match: { units: 5n }, payment: { source: 'credit' as const, claims: [] } }
    await settleEvents(world.deps, [confirmed(await fund(1, gift))])
    await fund(2, limited)
    const counters = async () => (await database.query('SELECT 1 FROM cashier.limit_counters WHERE units > 0')).length
    await forgetOldCounters(world.deps)
    expect(await counters()).toBe(2)
    world.clock.advance(9 * 86_400_000)
    await forgetOldCounters(world.deps)
    expect(await counters()).toBe(0)
    await release(matchedBody(2, limited))
    expect((await balances())['user:alice SPECIES']).toBe('5/0')
  })
})
