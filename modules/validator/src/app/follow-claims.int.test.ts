import type { Body, Claim } from '@species/contracts'
import { notYet, unknown } from '@species/kernel'
import type { Database } from '@species/database'
import { type ManualClock, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validatorModule } from '../index.ts'
import { type ScriptedChain, event, hash, keyOf, minuteMs, paid, topics, world, validateEvents } from '../test-world.ts'
import type { ValidatorDeps } from './deps.ts'
import { noteCredits, noteReversals, recheckClaims, repeatClaims, repeatVanished } from './follow-claims.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

/** As many looks as it takes, with nothing to be seen. */
async function untilGone(deps: ValidatorDeps, chain: ScriptedChain, clock: ManualClock): Promise<void> {
  chain.answer = notYet('not_found')
  for (let look = 0; look < 5; look++) {
    clock.advance(10 * minuteMs)
    await recheckClaims(deps)
  }
}

describe('a claimed payment', () => {
  test('is told of until it is credited', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(minuteMs)
    await repeatClaims(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
    await noteCredits(deps, [messageOf('payment.credited', 'x', { chain: 'ETH', hash, logIndex: 3 })])
    await repeatClaims(deps)
    expect(published).toHaveLength(1)
  })

  test('that vanishes after the trade is told of once it was missing for half an hour, and no answer is no absence', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(2 * 12 * 12_000)
    chain.answer = unknown('down')
    await recheckClaims(deps)
    clock.advance(minuteMs)
    chain.answer = notYet('not_found')
    for (let look = 1; look <= 4; look++) {
      await recheckClaims(deps)
      expect([look, published]).toEqual([look, []])
      // Nobody looks before the pause is over.
      clock.advance(449_000)
      await recheckClaims(deps)
      clock.advance(1_000)
    }
    await recheckClaims(deps)
    expect(topics(published)).toEqual(['payment.vanished'])
    clock.advance(minuteMs)
    await repeatVanished(deps)
    expect(published[1]?.body).toMatchObject({ claim: (published[0]?.body as { claim: object }).claim })
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(0n)
  })

  test('is one of many of its transaction: one question to the chain is for all of them', async () => {
    const { deps, chain, clock, published } = world(database)
    const logs = Array.from({ length: 250 }, (_, index) => index)
    chain.answer = paid(12, logs)
    await validateEvents(deps, [event(1)])
    chain.asked = 0
    clock.advance(10 * minuteMs)
    chain.answer = paid(30, logs.slice(1))
    await recheckClaims(deps)
    expect(chain.asked).toBe(1)
    // Of those alike the last is the one that is not there.
    for (let look = 1; look < 5; look++) {
      clock.advance(10 * minuteMs)
      await recheckClaims(deps)
    }
    expect(chain.asked).toBe(5)
    expect(published.map((message) => message.key)).toEqual([`ETH:${hash}#249`])
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(249n * 5_000_000n)
  })

  test('that is mined again at another log index stands, for as long as anybody looks', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12, [7])
    await validateEvents(deps, [event(1)])
    chain.answer = paid(30, [9])
    for (let look = 0; look < 6; look++) {
      clock.advance(10 * minuteMs)
      await recheckClaims(deps)
    }
    expect(published).toEqual([])
    expect(chain.seenInBlock).toBe(7)
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('that has vanished is claimed as its next life also where it is mined again at another log index', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12, [7])
    await validateEvents(deps, [event(1)])
    await untilGone(deps, chain, clock)
    expect(topics(published)).toEqual(['payment.vanished'])
    chain.answer = paid(12, [9])
    const again = await validateEvents(deps, [event(2)])
    expect(topics(again)).toEqual(['payment.claimed', 'validated'])
    expect(again[0]).toMatchObject({ body: { claim: { logIndex: 9, life: 1 } } })
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('that has vanished and is seen again in its place is claimed again, once, and followed by itself', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    await untilGone(deps, chain, clock)
    chain.answer = paid(12)
    const again = await validateEvents(deps, [event(2), event(3)])
    expect(topics(again)).toEqual(['payment.claimed', 'validated', 'refused'])
    expect(again[0]).toMatchObject({
      key: `ETH:${hash}#3:1`,
      body: { eventKey: keyOf(2), claim: { logIndex: 3, life: 1 } },
    })
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
    // What is said of the first life means that one alone.
    const lives = async (column: string): Promise<unknown> =>
      (
        await database.query<{ life: number }>(
          `SELECT life FROM validator.claims WHERE ${column} IS NOT NULL ORDER BY 1`,
        )
      ).map((row) => row.life)
    await noteCredits(deps, [messageOf('payment.credited', 'x', { chain: 'ETH', hash, logIndex: 3 })])
    expect(await lives('credited_at')).toEqual([0])
    await noteCredits(deps, [messageOf('payment.credited', 'x', { chain: 'ETH', hash, logIndex: 3, life: 1 })])
    expect(await lives('credited_at')).toEqual([0, 1])

    published.length = 0
    await untilGone(deps, chain, clock)
    expect(published.map((message) => message.key)).toEqual([`ETH:${hash}#3:1`])
    const { eventKey, claim } = published[0]?.body as Body<'payment.vanished'>
    await noteReversals(deps, [messageOf('payment.reversed', 'x', { eventKey, claim, receivableMicro: 0n })])
    expect(await lives('reversal_heard_at')).toEqual([1])
    chain.answer = paid(12)
    expect(topics(await validateEvents(deps, [event(4)]))).toEqual(['payment.claimed', 'validated'])
    expect(await lives('tx_hash')).toEqual([0, 1, 2])
  })

  test('that another has seen while we stood still is not said to have vanished', async () => {
    const { deps, chain, clock, published } = world(database)
    const other = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    chain.answer = notYet('not_found')
    other.chain.answer = paid(30)
    for (let look = 1; look <= 5; look++) {
      clock.advance(10 * minuteMs)
      if (look === 5)
        chain.meanwhile = async () => {
          other.clock.advance(51 * minuteMs)
          await recheckClaims(other.deps)
        }
      await recheckClaims(deps)
    }
    expect(other.chain.seenInBlock).toBe(7)
    expect([...published, ...other.published]).toEqual([])
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('that has vanished is told of until minutes after its reversal was first heard, however late that was', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    await untilGone(deps, chain, clock)
    const { claim } = published[0]?.body as { claim: Claim }
    const reversed = messageOf('payment.reversed', 'x', { eventKey: keyOf(1), claim, receivableMicro: 0n })
    const tellings = async (): Promise<number> => {
      published.length = 0
      await repeatVanished(deps)
      return published.length
    }
    // As after a long stand-still, and who else heard it died before its commit.
    clock.advance(40 * 24 * 60 * minuteMs)
    for (const word of ['first', 'again', 'again']) {
      await noteReversals(deps, [reversed])
      expect([word, await tellings()]).toEqual([word, 1])
      clock.advance(2 * minuteMs)
    }
    // However long nobody heard anything: one more telling comes through first.
    clock.advance(24 * 60 * minuteMs)
    expect(await tellings()).toBe(1)
    await noteReversals(deps, [reversed])
    expect(await tellings()).toBe(0)
  })

  test('of more than are told at once none is forgotten: those of whose reversal nothing was heard come first', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    await untilGone(deps, chain, clock)
    await database.query(
      `INSERT INTO validator.claims SELECT (json_populate_record(c, json_build_object('tx_hash', 'later ' || n,
         'vanished_at', vanished_at + n * interval '1 second'))).* FROM validator.claims c, generate_series(1, 1200) n`,
    )
    const told = new Map<string, number>()
    for (let turn = 0; turn < 6; turn++) {
      clock.advance(5 * minuteMs)
      published.length = 0
      await repeatVanished(deps)
      const bodies = published.map((message) => message.body as Body<'payment.vanished'>)
      for (const { claim } of bodies) told.set(claim.hash, (told.get(claim.hash) ?? 0) + 1)
      await noteReversals(
        deps,
        bodies.map(({ eventKey, claim }) =>
          messageOf('payment.reversed', 'x', { eventKey, claim, receivableMicro: 0n }),
        ),
      )
    }
    expect([...told.keys()]).toEqual([hash, ...Array.from({ length: 1_200 }, (_, index) => `later ${index + 1}`)])
    expect(new Set(told.values())).toEqual(new Set([2]))
  })

  test('that is seen again in between was never gone', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(2 * 12 * 12_000)
    for (const seen of [false, false, false, false, true]) {
      chain.answer = seen ? paid(30) : notYet('not_found')
      await recheckClaims(deps)
      clock.advance(10 * minuteMs)
    }
    chain.answer = notYet('not_found')
    for (let look = 0; look < 4; look++) {
      await recheckClaims(deps)
      clock.advance(10 * minuteMs)
    }
    expect(topics(published)).toEqual([])
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })
})
