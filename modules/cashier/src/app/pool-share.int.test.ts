import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  eventKey,
  matched,
  matchedBody,
  only,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
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
  world.poolShareBasisPoints = 500
  await creditClaims(world.deps, [paymentClaimed(1, claim(1, 'liquidity_pool', 1_000n))])
  for (const [n, onliId] of [
    [2, 'alice'],
    [3, 'bob'],
  ] as const) {
    const gift: MatchedEvent = { intent: 'BUY_TREASURY', from: onliId, match: { units: 500n } }
    const funded = only(await fundEvents(world.deps, [matched(n, gift)]), 'funded').body
    await settleEvents(world.deps, [confirmed(funded)])
  }
})

const redeem = (from: string, micro: bigint): MatchedEvent => ({
  intent: 'REDEEM',
  from,
  match: { units: 1n, totalMicro: micro },
})
const said = (answers: Awaited<ReturnType<typeof fundEvents>>): string[] =>
  answers.map(({ topic, body }) => (body as { refusal?: { code: string } }).refusal?.code ?? topic)
const ask = async (...events: readonly (readonly [number, string, bigint])[]): Promise<string[]> =>
  said(
    await fundEvents(
      world.deps,
      events.map(([n, from, micro]) => matched(n, redeem(from, micro))),
    ),
  )

it.each(['in one batch', 'one by one'])('one user holds at most their share of the pool, %s', async (how) => {
  const events = [
    [10, 'alice', 30n],
    [11, 'alice', 21n],
    [12, 'bob', 50n],
    [13, 'alice', 20n],
    [14, 'alice', 1n],
    [15, 'bob', 51n],
  ] as const
  const answers = []
  if (how === 'in one batch') answers.push(...(await ask(...events)))
  else for (const event of events) answers.push(...(await ask(event)))
  expect(answers).toEqual([
    'funded',
    'pool_share_exceeded',
    'funded',
    'funded',
    'pool_share_exceeded',
    'pool_share_exceeded',
  ])
  expect(await cashierModule.queries(database).auditLedger()).toEqual([])
})

it('a redemption that comes back, or settles, gives its share free', async () => {
  expect(await ask([10, 'alice', 50n])).toEqual(['funded'])
  await releaseEvents(world.deps, [cancelled(matchedBody(10, redeem('alice', 50n)), 'consent_expired')])
  const funded = only(await fundEvents(world.deps, [matched(11, redeem('alice', 50n))]), 'funded').body
  expect(await ask([12, 'alice', 1n])).toEqual(['pool_share_exceeded'])
  await settleEvents(world.deps, [confirmed(funded)])
  expect(await ask([13, 'alice', 47n])).toEqual(['funded'])
})

it('what users can spend and which events are decided are told together', async () => {
  await creditClaims(world.deps, [paymentClaimed(4, claim(4, 'alice', 900n))])
  const buy: MatchedEvent = {
    intent: 'BUY_TREASURY',
    from: 'alice',
    match: { units: 1n, totalMicro: 400n },
    payment: { source: 'credit', claims: [] },
  }
  await fundEvents(world.deps, [matched(20, buy)])
  const told = await cashierModule.queries(database).spendable(['alice', 'nobody'], [eventKey(20), eventKey(21)])
  expect([...told.freeMicro]).toEqual([['alice', 498n]])
  expect([...told.decided]).toEqual([eventKey(20)])
})
