import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import { walkEntries } from './audit-entries.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
  await database.query(
    `INSERT INTO cashier.transfers (transfer_id, kind, digest, posted_at) VALUES ('t', 'observation', 'd', '2026-01-01')`,
  )
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE cashier.entries RESTART IDENTITY')
  await database.query('TRUNCATE cashier.balances')
  for (const [account, asset, amounts] of given) {
    let after = 0
    for (const amount of amounts)
      await database.query(
        `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after) VALUES ('t', $1, $2, $3, $4)`,
        [account, asset, amount, (after += amount)],
      )
    await database.query(
      `INSERT INTO cashier.balances (account, asset, posted, held, version) VALUES ($1, $2, $3, 0, 1)`,
      [account, asset, after],
    )
  }
})
const given: readonly [string, string, readonly number[]][] = [
  ['world:ETH', 'USDT', [5, -2, 7, 1]],
  ['world:ETH', 'SPECIES', [4, 4]],
  ['user:bob', 'USDT', [3]],
  ['user:carol', 'USDT', [2, 2, -4]],
  ['user:carol', 'SPECIES', [9]],
]
const rows = given.flatMap(([, , amounts]) => amounts).length

/** In pages of this size. */
async function walk(size: number): Promise<{ breaches: string[]; rows: number }> {
  const whole = { breaches: [] as string[], rows: 0 }
  for (let from: string | undefined = ''; from !== undefined;) {
    const page = await walkEntries(database, from, size)
    whole.breaches.push(...page.breaches)
    whole.rows += page.rows
    from = page.next
  }
  return whole
}
const sizes = [1, 2, 3, 4, 100]

it.each(sizes)(
  'a ledger that nobody touched has no break, and each row is looked at once, in pages of %d',
  async (size) => {
    expect(await walk(size)).toEqual({ breaches: [], rows })
  },
)

it.each(sizes)('each changed balance, wherever it is, is found in pages of %d', async (size) => {
  for (let seq = 1; seq <= rows; seq++) {
    const change = `UPDATE cashier.entries SET balance_after = balance_after + $2 WHERE seq = $1`
    await database.query(change, [seq, 1])
    // Of the newest entry only what follows from it is wrong here; that it is not the balance is another check.
    expect((await walk(size)).breaches.length, `entry ${seq}`).toBeGreaterThan(0)
    await database.query(change, [seq, -1])
  }
})

it.each(sizes)(
  'a missing entry is found once, unless it is the newest of its account, in pages of %d',
  async (size) => {
    const newest = await database.query<{ seq: bigint }>(
      'SELECT max(seq) AS seq FROM cashier.entries GROUP BY account, asset',
    )
    const older = Array.from({ length: rows }, (_, index) => BigInt(index + 1)).filter(
      (seq) => !newest.some((one) => one.seq === seq),
    )
    for (const seq of older) {
      await database.query('UPDATE cashier.entries SET account = account || $2 WHERE seq = $1', [seq.toString(), '#'])
      const { breaches } = await walk(size)
      expect(
        breaches.filter((breach) => !breach.includes('#')),
        `entry ${seq}`,
      ).toHaveLength(1)
      await database.query(`UPDATE cashier.entries SET account = rtrim(account, '#')`)
    }
  },
)

it.each(sizes)('entries of an account without a balance are told, in pages of %d', async (size) => {
  await database.query(`DELETE FROM cashier.balances WHERE account = 'user:carol' AND asset = 'SPECIES'`)
  expect((await walk(size)).breaches).toEqual(['entries of user:carol in SPECIES have no balance'])
})
