import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mayGoNegative } from '@species/kernel'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  eventKey,
  matched,
  matchedBody,
  only,
} from '../test-world.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(async () => {
  await database.close()
})

const buy = (n: number): MatchedEvent => ({
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [claim(n, 'alice', 20_000_000n)] },
})

/** One event settled, one held, one released. */
beforeEach(async () => {
  await emptyLedger(database)
  const { deps } = createWorld(database)
  for (const n of [1, 2, 3]) {
    const funded = only(await fundEvents(deps, [matched(n, buy(n))]), 'funded').body
    if (n === 1) await settleEvents(deps, [confirmed(funded)])
    if (n === 3) await releaseEvents(deps, [cancelled(matchedBody(n, buy(n)))])
  }
})

const audit = () => cashierModule.queries(database).auditLedger()

/** The same, one page a call: as on a ledger that is too large for one. */
async function inParts(): Promise<string[]> {
  const breaches: string[] = []
  let place: string | undefined
  do {
    const part = await cashierModule.queries(database).auditLedgerFrom(place, () => false)
    breaches.push(...part.breaches)
    place = part.next
  } while (place !== undefined)
  return breaches
}

// What somebody with the database's password could do to a ledger, and the words the audit has for it.
const corruptions: readonly [string, string, RegExp][] = [
  [
    'an amount is changed',
    `UPDATE cashier.entries SET amount = amount + 1 WHERE account = 'treasury'`,
    /settlement:\S+ does not sum to zero in USDT/,
  ],
  ['a whole leg is taken out', `DELETE FROM cashier.entries WHERE account = 'fees'`, /does not sum to zero in USDT/],
  [
    'a transfer is emptied',
    `DELETE FROM cashier.entries WHERE transfer_id LIKE 'settlement:%'`,
    /transfer settlement:\S+ has no entries/,
  ],
  [
    'a transfer is swapped between users',
    `UPDATE cashier.entries SET account = 'user:mallory' WHERE account = 'user:alice' AND asset = 'SPECIES'`,
    /user:mallory in SPECIES have no balance/,
  ],
  [
    'a balance is raised',
    `UPDATE cashier.balances SET posted = posted + 1 WHERE account = 'user:alice' AND asset = 'USDT'`,
    /balance of user:alice in USDT is \d+, its entries sum to/,
  ],
  [
    'a balance appears from nowhere',
    `INSERT INTO cashier.balances VALUES ('user:mallory', 'USDT', 5, 0, 0)`,
    /balance of user:mallory in USDT is 5, its entries sum to 0/,
  ],
  [
    'a balance is deleted',
    `DELETE FROM cashier.balances WHERE account = 'treasury'`,
    /entries of treasury in USDT have no balance/,
  ],
  [
    'a hold is lowered',
    `UPDATE cashier.balances SET held = held - 1 WHERE account = 'user:alice' AND asset = 'USDT'`,
    /holds on user:alice in USDT are \d+, events hold/,
  ],
  [
    'a held event is forgotten',
    `DELETE FROM cashier.fundings WHERE outcome = 'funded'`,
    /holds on user:alice in USDT are \d+, events hold 0/,
  ],
  [
    'a held event is called released',
    `UPDATE cashier.fundings SET outcome = 'released' WHERE outcome = 'funded'`,
    /holds on user:alice/,
  ],
  [
    'a running balance is rewritten',
    `UPDATE cashier.entries SET balance_after = balance_after + 1 WHERE account = 'treasury'`,
    /running balance of treasury in USDT breaks at entry/,
  ],
  [
    'a released event is called settled',
    `UPDATE cashier.fundings SET outcome = 'settled' WHERE outcome = 'released'`,
    /event \S+ is settled without its transfer/,
  ],
  [
    'a settled event is called released',
    `UPDATE cashier.fundings SET outcome = 'released' WHERE outcome = 'settled'`,
    /transfer settlement:\S+ settles an event that is not settled/,
  ],
  [
    'a settled event is forgotten',
    `DELETE FROM cashier.fundings WHERE outcome = 'settled'`,
    /settles an event that is not settled/,
  ],
]

describe('the audit', () => {
  it('finds nothing in a ledger that nobody touched', async () => {
    expect(await audit()).toEqual([])
  })

  it.each(corruptions)('finds it when %s', async (_name, sql, words) => {
    await database.query(sql)
    const breaches = await audit()
    expect(await inParts()).toEqual(breaches)
    expect(
      breaches.filter((breach) => words.test(breach)),
      breaches.join('\n'),
    ).not.toEqual([])
  })
})

describe('the database itself refuses', () => {
  const put = (account: string, posted: number, held: number) =>
    database.query(
      `INSERT INTO cashier.balances VALUES ($1, 'USDT', $2, $3, 0) ON CONFLICT (account, asset) DO UPDATE SET posted = $2, held = $3`,
      [account, posted, held],
    )

  it.each([
    ['an overdraft', 'user:alice', -1, 0],
    ['a hold of more than is there', 'user:alice', 5, 6],
    ['a hold below nothing', 'user:alice', 5, -1],
    ['an overdrawn pool', 'liquidity_pool', -1, 0],
    ['a seller who owes', 'payable:bob', -1, 0],
    ['an overdrawn escrow', 'market:escrow', -1, 0],
    ['an account that only begins like one of the world’s', 'worldly', -1, 0],
    ['a receivable that is a credit', 'receivable:alice', 1, 0],
    ['a hold on the world', 'world:ETH', 5, -1],
  ])('%s', async (_name, account, posted, held) => {
    await expect(put(account, posted, held)).rejects.toMatchObject({ code: '23514' })
  })

  it.each([
    ['an entry of nothing', `UPDATE cashier.entries SET amount = 0`, '23514'],
    [
      'an entry without a transfer',
      `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after) VALUES ('no', 'fees', 'USDT', 1, 1)`,
      '23503',
    ],
    ['a transfer that was posted being taken out', `DELETE FROM cashier.transfers`, '23503'],
    [
      'a second transfer of one id',
      `INSERT INTO cashier.transfers SELECT transfer_id, event_key, kind, digest, posted_at FROM cashier.transfers`,
      '23505',
    ],
    ['an unknown asset', `INSERT INTO cashier.balances VALUES ('fees', 'EUR', 0, 0, 0)`, '23514'],
    ['an unknown outcome', `UPDATE cashier.fundings SET outcome = 'lost'`, '23514'],
    ['a limit counter below nothing', `INSERT INTO cashier.limit_counters VALUES ('k', 'w', -1)`, '23514'],
    [
      'a second row of one event',
      `INSERT INTO cashier.fundings (event_key, outcome, decided_at) VALUES ('${eventKey(1)}', 'funded', '2026-01-01')`,
      '23505',
    ],
  ])('%s', async (_name, sql, code) => {
    await expect(database.query(sql)).rejects.toMatchObject({ code })
  })

  it('lets below zero exactly the accounts that the code lets', async () => {
    const accounts = [
      'supply',
      'outside',
      'loss',
      'world:TRON',
      'receivable:x',
      'user:x',
      'payable:x',
      'treasury',
      'liquidity_pool',
      'market:escrow',
      'fees',
      'supply:x',
      'world',
    ]
    for (const account of accounts) {
      const taken = await put(account, -1, 0).then(
        () => true,
        () => false,
      )
      expect([account, taken]).toEqual([account, mayGoNegative(account)])
    }
  })
})
