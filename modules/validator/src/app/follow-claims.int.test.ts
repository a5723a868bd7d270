import { notYet, unknown } from '@species/kernel'
import type { Database } from '@species/runtime'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validatorMigrations, validatorQueries } from '../index.ts'
import { event, hash, minuteMs, paid, topics, world } from '../test-world.ts'
import { noteCredits, recheckClaims, repeatClaims, repeatVanished } from './follow-claims.ts'
import { validateEvents } from './validate-events.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorMigrations)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

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

  test('that vanishes after the trade is told of once it was missing for twice its finality, and no answer is no absence', async () => {
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
      clock.advance(71_000)
      await recheckClaims(deps)
      clock.advance(1_000)
    }
    await recheckClaims(deps)
    expect(topics(published)).toEqual(['payment.vanished'])
    clock.advance(minuteMs)
    await repeatVanished(deps)
    expect(published[1]?.body).toMatchObject({ claim: (published[0]?.body as { claim: object }).claim })
    expect(await validatorQueries(database).paymentsClaimed()).toBe(0n)
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
    expect(await validatorQueries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('that has vanished stands in nobody’s way when it is mined again after all', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12, [7])
    await validateEvents(deps, [event(1)])
    chain.answer = notYet('not_found')
    for (let look = 0; look < 5; look++) {
      clock.advance(10 * minuteMs)
      await recheckClaims(deps)
    }
    expect(topics(published)).toEqual(['payment.vanished'])
    chain.answer = paid(12, [9])
    expect(topics(await validateEvents(deps, [event(2)]))).toEqual(['payment.claimed', 'validated'])
    expect(await validatorQueries(database).paymentsClaimed()).toBe(5_000_000n)
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
    expect(await validatorQueries(database).paymentsClaimed()).toBe(5_000_000n)
  })
})
