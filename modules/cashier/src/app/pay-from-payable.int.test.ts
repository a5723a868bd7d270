import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  matched,
  only,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { createLedgerPort } from './ledger-port.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(() => database.close())

/** Alice has 3 USDT of credit and 2 of proceeds; a purchase of hers costs 1.005 for each unit. */
beforeEach(async () => {
  await emptyLedger(database)
  world = createWorld(database)
  await creditClaims(world.deps, [paymentClaimed(1, claim(1, 'alice', 3_000_000n))])
  await post('world:ETH', 'payable:alice', 2_000_000n)
})

const post = (from: string, to: string, amountMicro: bigint) =>
  database.transaction((tx) => {
    const lines = [
      { account: from, amountMicro: -amountMicro },
      { account: to, amountMicro },
    ]
    return createLedgerPort(world.deps.clock)(tx).post([{ transferId: `test:${to}`, kind: 'credit', lines }])
  })
const purchase = (payable: 'first' | 'last' | undefined, units: bigint): MatchedEvent => ({
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units, totalMicro: units * 1_000_000n },
  payment: { source: 'credit', claims: [] },
  event: { payWith: { source: 'credit', currency: 'USDT', ...(payable ? { payable } : {}) } },
})
const fund = async (n: number, ...events: MatchedEvent[]) =>
  await fundEvents(
    world.deps,
    events.map((event, index) => matched(n + index, event)),
  )
/** Posted and held USDT of alice. */
async function alice(): Promise<string[]> {
  const rows = await database.query<{ account: string; posted: bigint; held: bigint }>(
    `SELECT account, posted, held FROM cashier.balances WHERE asset = 'USDT' AND account IN ('user:alice', 'payable:alice') ORDER BY account`,
  )
  return rows.map(({ account, posted, held }) => `${account} ${posted} ${held}`)
}

test.each([
  ['first', ['payable:alice 2000000 2000000', 'user:alice 3000000 1015000']],
  ['last', ['payable:alice 2000000 15000', 'user:alice 3000000 3000000']],
] as const)('proceeds pay %s, and the hold takes exactly what is due from both', async (order, held) => {
  const funded = only(await fund(10, purchase(order, 3n)), 'funded').body
  expect(await alice()).toEqual(held)
  const { settlement } = only(await settleEvents(world.deps, [confirmed(funded)]), 'settled').body
  const paid = settlement.lines.filter(({ account, amount }) => account.endsWith(':alice') && amount < 0n)
  expect(paid.filter(({ asset }) => asset === 'USDT').reduce((sum, { amount }) => sum + amount, 0n)).toBe(-3_015_000n)
  expect(await cashierModule.queries(database).auditLedger()).toEqual([])
})

test('without being asked for, proceeds pay for nothing', async () => {
  const { refusal } = only(await fund(10, purchase(undefined, 4n)), 'refused').body
  expect(refusal.code).toBe('insufficient_payment')
  expect(await alice()).toEqual(['payable:alice 2000000 0', 'user:alice 3000000 0'])
})

test('the same proceeds pay once, also in one batch', async () => {
  const answers = await fund(
    10,
    purchase('first', 2n),
    purchase('first', 2n),
    purchase('last', 1n),
    purchase('first', 1n),
  )
  expect(answers.map(({ topic }) => topic)).toEqual(['funded', 'funded', 'refused', 'refused'])
  expect(await alice()).toEqual(['payable:alice 2000000 2000000', 'user:alice 3000000 2020000'])
})

test('what is released goes back to where it came from, and credit repays a debt first', async () => {
  const funded = only(await fund(10, purchase('first', 3n)), 'funded').body
  await post('receivable:alice', 'world:BSC', 500_000n)
  await releaseEvents(world.deps, [cancelled(funded)])
  expect(await alice()).toEqual(['payable:alice 2000000 0', 'user:alice 2500000 0'])
})

test('who owes pays with no proceeds', async () => {
  await post('receivable:alice', 'world:BSC', 1n)
  expect(only(await fund(10, purchase('last', 1n)), 'refused').body.refusal.detail).toContain('You owe 0.000001 USDT')
})

test('too little of both is refused with what is free of each', async () => {
  const { refusal } = only(await fund(10, purchase('first', 5n)), 'refused').body
  expect(refusal.detail).toContain('5.025000 USDT are due with the fee, 2.000000 of your proceeds and 3.000000')
})
