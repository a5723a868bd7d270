import type { StateBodies } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fundEvents } from '../app/fund-events.ts'
import { settleEvents } from '../app/settle-events.ts'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  eventKey,
  matched,
  only,
} from '../test-world.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await emptyLedger(database)
  world = createWorld(database)
})

const buy: MatchedEvent = {
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [claim(1, 'alice', 20_000_000n)] },
}
const fund = async (n: number, event: MatchedEvent) =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'funded').body
const settle = (body: StateBodies['funded']) => settleEvents(world.deps, [confirmed(body)])

describe('queries', () => {
  it('give the statement of accounts newest first, in pages', async () => {
    await settle(await fund(1, buy))
    const queries = cashierModule.queries(database)
    const first = await queries.statement(['user:alice'], undefined, 2)
    const rest = await queries.statement(['user:alice'], first.at(-1)?.seq, 10)
    expect([...first, ...rest].map((line) => [line.kind, line.asset, line.amount, line.balanceAfter])).toEqual([
      ['settlement', 'SPECIES', 10n, 10n],
      ['settlement', 'USDT', -15_075_000n, 4_925_000n],
      ['payment', 'USDT', 20_000_000n, 20_000_000n],
    ])
  })

  it('tell how far an event is', async () => {
    const stage = async () => (await cashierModule.queries(database).stageOf(eventKey(1)))?.state
    expect(await stage()).toBeUndefined()
    const funded = await fund(1, buy)
    expect(await stage()).toBe('funded')
    expect((await cashierModule.queries(database).inFlight()).map((one) => one.eventKey)).toEqual([eventKey(1)])
    await settle(funded)
    expect(await stage()).toBe('settled')
    expect(await cashierModule.queries(database).inFlight()).toEqual([])
  })

  it('give the entries after a number with their transfers whole, also where the page ends within one', async () => {
    await settle(await fund(1, buy))
    const queries = cashierModule.queries(database)
    const all = await queries.entriesAfter(0n, 100)
    const first = await queries.entriesAfter(0n, all.seqs.length - 1)
    expect(first.seqs).toEqual(all.seqs.slice(0, -1))
    expect(first.transfers).toEqual(all.transfers)
    expect(all.transfers.map(({ kind }) => kind)).toEqual(['payment', 'settlement'])
    const sum = all.transfers.flatMap(({ entries }) => entries).reduce((total, { amount }) => total + amount, 0n)
    expect(sum).toBe(0n)
    expect((await queries.entriesAfter(all.seqs.at(-1) ?? 0n, 100)).seqs).toEqual([])
  })

  it('sum balances under a family, each once however often it is named', async () => {
    await settle(await fund(1, buy))
    const sums = await cashierModule.queries(database).balancesUnder(['user:', 'user:', 'treasury', 'treas'])
    expect(sums).toEqual([
      { name: 'treasury', asset: 'USDT', posted: 15_000_000n },
      { name: 'user:', asset: 'SPECIES', posted: 10n },
      { name: 'user:', asset: 'USDT', posted: 4_925_000n },
    ])
  })
})
