import type { MoneyTransfer } from '@species/contracts'
import type { Database } from '@species/database'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLedgerPort } from '../app/ledger-port.ts'
import { cashierModule } from '../index.ts'
import { emptyLedger } from '../test-world.ts'

const hourMs = 3_600_000
let database: Database
const clock = manualClock()
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(() => database.close())
beforeEach(() => emptyLedger(database))

async function post(transferId: string, ...lines: [account: string, amountMicro: bigint][]): Promise<void> {
  const transfer: MoneyTransfer = {
    transferId,
    kind: 'suspense',
    lines: lines.map(([account, amountMicro]) => ({ account, amountMicro })),
  }
  expect(await database.transaction((tx) => createLedgerPort(clock)(tx).post([transfer]))).toEqual({ ok: true })
}

/** Ann has 5 before the period, 7 come and 4 go in it, and 100 come after it. */
async function threePeriods(): Promise<{ fromMs: number; toMs: number }> {
  await post('t:1', ['world:ETH', -5n], ['user:ann', 5n])
  clock.advance(hourMs)
  const fromMs = clock.now()
  await post('t:2', ['world:ETH', -7n], ['user:ann', 7n])
  await post('t:3', ['user:ann', -4n], ['payable:bob', 4n])
  clock.advance(hourMs)
  const toMs = clock.now()
  await post('t:4', ['world:ETH', -100n], ['user:ann', 100n])
  return { fromMs, toMs }
}

describe('a period', () => {
  it('has what each account had before, what moved in it, and what it had at its end, whatever was posted since', async () => {
    const asked = await threePeriods()
    const queries = cashierModule.queries(database)
    const rows = await queries.accountPeriods({ ...asked, limit: 10 })
    expect(rows.map((row) => [row.account, row.opening, row.ins, row.outs, row.entries, row.closing])).toEqual([
      ['payable:bob', 0n, 4n, 0n, 1, 4n],
      ['user:ann', 5n, 7n, 4n, 2, 8n],
      ['world:ETH', -5n, 0n, 7n, 1, -12n],
    ])
    const before = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    await post('t:5', ['user:ann', -50n], ['payable:bob', 50n])
    const again = await queries.accountPeriods({ ...asked, limit: 10 })
    expect(JSON.stringify(again, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toBe(
      before,
    )
  })

  it('comes page by page, each account once', async () => {
    const asked = await threePeriods()
    const queries = cashierModule.queries(database)
    const [first] = await queries.accountPeriods({ ...asked, limit: 1 })
    if (!first) throw new Error('there is a first account')
    const rest = await queries.accountPeriods({ ...asked, after: first, limit: 10 })
    expect([first, ...rest].map(({ account }) => account)).toEqual(['payable:bob', 'user:ann', 'world:ETH'])
  })

  it('has a trial balance whose sides are equal, at any time', async () => {
    const { fromMs, toMs } = await threePeriods()
    const queries = cashierModule.queries(database)
    const sides = async (atMs: number): Promise<unknown> =>
      (await queries.trialBalance(atMs)).map((row) => [row.asset, row.debits, row.credits])
    expect(await sides(fromMs)).toEqual([['USDT', 5n, 5n]])
    expect(await sides(toMs)).toEqual([['USDT', 12n, 12n]])
    expect(await sides(clock.now() + 1)).toEqual([['USDT', 112n, 112n]])
    // One side alone was changed: the sides differ by it.
    await database.query(`UPDATE cashier.balances SET posted = posted + 3 WHERE account = 'user:ann'`)
    expect(await sides(toMs)).toEqual([['USDT', 12n, 15n]])
  })

  it('has a user’s lines of it, oldest first, and no others', async () => {
    const asked = await threePeriods()
    const queries = cashierModule.queries(database)
    const page = async (afterSeq: bigint) =>
      await queries.linesBetween({ ...asked, accounts: ['user:ann'], afterSeq, limit: 1 })
    const [first] = await page(0n)
    const [second] = await page(first?.seq ?? 0n)
    expect([first?.amount, second?.amount, (await page(second?.seq ?? 0n)).length]).toEqual([7n, -4n, 0])
  })
})
