import type { Outgoing } from '@species/bus'
import { isTransient } from '@species/platform'
import { postgresAnswers, postgresWith } from '@species/testing'
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
  paymentClaimed,
  paymentVanished,
} from '../test-world.ts'
import { bookObservations } from './book-observations.ts'
import { creditClaims, reversePayments } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

describe.skipIf(!postgresAnswers)('what happens at once in several processes [needs Postgres]', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  let world: World
  beforeAll(async () => {
    database = await postgresWith(cashierModule)
  })
  afterAll(async () => {
    await database.drop()
  })
  beforeEach(async () => {
    await emptyLedger(database)
    world = createWorld(database)
  })

  let deadlocks = 0
  /** As the runner does: what is transient comes again, anything else is a failure of the test. */
  async function again<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isTransient(error)) throw error
        if ((error as { code?: string }).code === '40P01') deadlocks++
      }
    }
  }
  const credit = (n: number, payer: string, amount: bigint) =>
    creditClaims(world.deps, [paymentClaimed(n, claim(n, payer, amount))])
  const count = (batches: readonly (readonly Outgoing[])[], topic: string) =>
    batches.flat().filter((one) => one.topic === topic).length
  const sound = async () => {
    expect(await cashierModule.queries(database).auditLedger()).toEqual([])
  }
  const buy = (from: string, units: bigint): MatchedEvent => ({
    intent: 'BUY_TREASURY',
    from,
    match: { units, totalMicro: units * 1_000_000n },
    payment: { source: 'credit', claims: [] },
  })

  it('fifty batches over a few accounts: nobody is overdrawn, and no deadlock, though many accounts are new', async () => {
    const users = ['alice', 'bob', 'carol', 'dave']
    await Promise.all(users.map((user, n) => credit(900 + n, user, 100_500_000n)))
    const batches = Array.from({ length: 50 }, (_, b) =>
      Array.from({ length: 10 }, (_, i) => {
        const n = b * 10 + i
        // Each batch meets the accounts in another order, and some that do not exist yet.
        const from = users[(b + i) % users.length] ?? ''
        return matched(
          n,
          i === 9
            ? { ...buy(from, 1n), payment: { source: 'chain', claims: [claim(n, `new-${b % 7}`, 1_005_000n)] } }
            : buy(from, 5n),
        )
      }),
    )
    const out = await Promise.all(batches.map((batch) => again(() => fundEvents(world.deps, batch))))
    // 100.5 USDT pay for exactly 100 units: twenty purchases of five, or a few of one among them.
    const holds = await database.query<{ held: bigint; posted: bigint }>(
      `SELECT held, posted FROM cashier.balances WHERE account IN ('user:alice','user:bob','user:carol','user:dave') AND asset = 'USDT'`,
    )
    for (const { held, posted } of holds) {
      expect(held <= posted).toBe(true)
      expect(posted - held < 5_025_000n).toBe(true)
    }
    expect(count(out, 'funded') + count(out, 'refused')).toBe(500)
    expect(deadlocks).toBe(0)
    await sound()
  })

  it('one event in many processes is decided once, and all say the same', async () => {
    await credit(900, 'alice', 50_000_000n)
    const batch = [1, 2, 3].map((n) => matched(n, buy('alice', 10n)))
    const out = await Promise.all(Array.from({ length: 8 }, () => again(() => fundEvents(world.deps, batch))))
    for (const one of out) expect(one.map((message) => message.body)).toEqual(out[0]?.map((message) => message.body))
    expect((await balancesOf(database))['user:alice USDT']).toBe('50000000/30150000')
    const settled = await Promise.all(
      Array.from({ length: 8 }, () =>
        again(() =>
          settleEvents(
            world.deps,
            (out[0] ?? []).flatMap((one) => (one.topic === 'funded' ? [confirmed(one.body)] : [])),
          ),
        ),
      ),
    )
    for (const one of settled)
      expect(one.map((message) => message.body)).toEqual(settled[0]?.map((message) => message.body))
    expect(await balancesOf(database)).toMatchObject({
      'user:alice USDT': '19850000/0',
      'user:alice SPECIES': '30/0',
      'treasury USDT': '30000000/0',
    })
    await sound()
  })

  it('an event that is funded and given back at once ends as released, held by nobody', async () => {
    await credit(900, 'alice', 500_000_000n)
    const events = Array.from({ length: 20 }, (_, n) => matched(n, buy('alice', 10n)))
    await Promise.all(
      events.flatMap((message) => [
        again(() => fundEvents(world.deps, [message])),
        again(() => releaseEvents(world.deps, [cancelled(message.body)])),
        again(() => fundEvents(world.deps, [message])),
      ]),
    )
    expect((await balancesOf(database))['user:alice USDT']).toBe('500000000/0')
    const outcomes = await database.query<{ outcome: string }>('SELECT DISTINCT outcome FROM cashier.fundings')
    expect(outcomes).toEqual([{ outcome: 'released' }])
    await sound()
  })

  it('a settlement and a release of one event at once: one of them wins, money is in one place', async () => {
    await credit(900, 'alice', 500_000_000n)
    for (let n = 0; n < 10; n++) {
      const [funded] = await fundEvents(world.deps, [matched(n, buy('alice', 1n))])
      if (funded?.topic !== 'funded') throw new Error('not funded')
      const ends = await Promise.allSettled([
        again(() => settleEvents(world.deps, [confirmed(funded.body)])),
        again(() => releaseEvents(world.deps, [cancelled(matchedBody(n, buy('alice', 1n)))])),
      ])
      expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
    }
    await sound()
  })

  it('a hundred trades at once pass no limit, of the hour or of the day', async () => {
    await credit(900, 'alice', 1_000_000_000n)
    const limits = { unitsPerHour: 30n, unitsPerDay: 70n }
    const trade = (n: number) =>
      again(() => fundEvents(world.deps, [matched(n, { ...buy('alice', 1n), more: { keyId: 'agent', limits } })]))
    const out = await Promise.all(Array.from({ length: 100 }, (_, n) => trade(n)))
    expect([count(out, 'funded'), count(out, 'refused')]).toEqual([30, 70])
    world.clock.advance(3_660_000)
    expect(count(await Promise.all(Array.from({ length: 100 }, (_, n) => trade(100 + n))), 'funded')).toBe(30)
    world.clock.advance(3_660_000)
    expect(count(await Promise.all(Array.from({ length: 100 }, (_, n) => trade(200 + n))), 'funded')).toBe(10)
    const counters = await database.query<{ units: bigint }>(
      'SELECT units FROM cashier.limit_counters WHERE units > 0 ORDER BY window_name',
    )
    expect(counters.map((row) => row.units)).toEqual([30n, 30n, 10n, 30n, 30n, 10n])
  })

  it('trades at once on both sides of a minute and of a clock hour share the limit', async () => {
    await credit(900, 'alice', 1_000_000_000n)
    const limits = { unitsPerHour: 30n, unitsPerDay: 30n }
    const trade = (n: number) =>
      again(() => fundEvents(world.deps, [matched(n, { ...buy('alice', 1n), more: { keyId: 'agent', limits } })]))
    world.clock.advance(3_599_999 - (world.clock.now() % 3_600_000))
    const before = Array.from({ length: 40 }, (_, n) => trade(n))
    world.clock.advance(1)
    const after = Array.from({ length: 40 }, (_, n) => trade(100 + n))
    expect(count(await Promise.all([...before, ...after]), 'funded')).toBe(30)
    await sound()
  })

  it('one payment that is claimed, funded and released in many processes is credited once', async () => {
    const paid = claim(1, 'alice', 7_000_000n)
    const event: MatchedEvent = { ...buy('alice', 100n), payment: { source: 'chain', claims: [paid] } }
    await Promise.all(
      Array.from({ length: 10 }, () => [
        again(() => creditClaims(world.deps, [paymentClaimed(1, paid)])),
        again(() => fundEvents(world.deps, [matched(1, event)])),
        again(() => releaseEvents(world.deps, [cancelled(matchedBody(1, event))])),
      ]).flat(),
    )
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '7000000/0', 'world:ETH USDT': '-7000000/0' })
    await sound()
  })

  it('one vanished payment in many processes is taken back once, and all say the same', async () => {
    const paid = claim(1, 'alice', 7n)
    await credit(1, 'alice', 7n)
    await credit(2, 'alice', 3n)
    await database.query(`UPDATE cashier.balances SET held = 5 WHERE account = 'user:alice'`)
    const out = await Promise.all(
      Array.from({ length: 8 }, () => again(() => reversePayments(world.deps, [paymentVanished(1, paid)]))),
    )
    expect(out.flat().map((one) => (one.topic === 'payment.reversed' ? one.body.receivableMicro : undefined))).toEqual(
      Array(8).fill(2n),
    )
    expect(await balancesOf(database)).toMatchObject({ 'user:alice USDT': '5/5', 'receivable:alice USDT': '-2/0' })
  })

  it('one observation in many processes is booked once', async () => {
    const seen = { account: 'user:alice', vaultUnits: 4n, ledgerVersion: 0n }
    const message = {
      id: 'm',
      topic: 'vault.observed' as const,
      key: 'user:alice',
      partition: 0,
      trace: '',
      body: seen,
    }
    await Promise.all(Array.from({ length: 8 }, () => again(() => bookObservations(world.deps, [message]))))
    expect(await balancesOf(database)).toEqual({ 'user:alice SPECIES': '4/0', 'outside SPECIES': '-4/0' })
  })
})
