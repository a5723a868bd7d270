import { type Asset, accounts } from '@species/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookEntryOf } from './book-entry.ts'
import { bookAccountOf, controlOf, ledgerOf } from './chart.ts'
import { pairsOf } from './pairs.ts'

type Line = readonly [account: string, asset: Asset, amount: bigint]
const pairs = (...lines: Line[]): string[] =>
  pairsOf({
    transferId: 't',
    entries: lines.map(([account, asset, amount], n) => ({ seq: BigInt(n), account, asset, amount })),
  }).map((pair) => `${pair.externalId} ${pair.source} > ${pair.destination} ${pair.asset} ${String(pair.amount)}`)

const { user, payable, receivable, world, suspense, custody } = accounts

describe('a transfer becomes pairs of control accounts', () => {
  it.each<[string, Line[], string[]]>([
    [
      'a payment',
      [
        [world('ETH'), 'USDT', -5n],
        [user('ann'), 'USDT', 5n],
      ],
      ['t:1 wallets:ETH > customers USDT 5'],
    ],
    [
      'a payment that repays a debt',
      [
        [world('ETH'), 'USDT', -5n],
        [receivable('ann'), 'USDT', 3n],
        [user('ann'), 'USDT', 2n],
      ],
      ['t:1 wallets:ETH > customers USDT 2', 't:2 wallets:ETH > receivables USDT 3'],
    ],
    [
      'a purchase from the treasury',
      [
        [user('ann'), 'USDT', -101n],
        [accounts.treasury, 'USDT', 100n],
        [accounts.fees, 'USDT', 1n],
        [accounts.supply, 'SPECIES', -10n],
        [user('ann'), 'SPECIES', 10n],
      ],
      ['t:1 customers > fees USDT 1', 't:2 customers > treasury USDT 100', 't:3 supply > customers SPECIES 10'],
    ],
    [
      'a purchase from a listing',
      [
        [user('ann'), 'USDT', -101n],
        [payable('bob'), 'USDT', 98n],
        [accounts.fees, 'USDT', 3n],
        [accounts.escrow, 'SPECIES', -10n],
        [user('ann'), 'SPECIES', 10n],
      ],
      ['t:1 customers > fees USDT 3', 't:2 customers > payables USDT 98', 't:3 escrow > customers SPECIES 10'],
    ],
    [
      'a sale',
      [
        [user('bob'), 'SPECIES', -10n],
        [accounts.escrow, 'SPECIES', 10n],
      ],
      ['t:1 customers > escrow SPECIES 10'],
    ],
    [
      'a transfer between users',
      [
        [user('ann'), 'SPECIES', -10n],
        [user('bob'), 'SPECIES', 10n],
      ],
      [],
    ],
    [
      'a redemption',
      [
        [accounts.liquidityPool, 'USDT', -100n],
        [payable('ann'), 'USDT', 99n],
        [accounts.fees, 'USDT', 1n],
        [user('ann'), 'SPECIES', -10n],
        [accounts.liquidityPool, 'SPECIES', 10n],
      ],
      ['t:1 pool > fees USDT 1', 't:2 pool > payables USDT 99', 't:3 customers > pool SPECIES 10'],
    ],
    [
      'a reversal',
      [
        [user('ann'), 'USDT', -2n],
        [receivable('ann'), 'USDT', -3n],
        [world('ETH'), 'USDT', 5n],
      ],
      ['t:1 customers > wallets:ETH USDT 2', 't:2 receivables > wallets:ETH USDT 3'],
    ],
    [
      'unexplained money',
      [
        [world('TRON'), 'USDT', -7n],
        [suspense('TRON'), 'USDT', 7n],
      ],
      ['t:1 wallets:TRON > suspense:TRON USDT 7'],
    ],
    [
      'a payout',
      [
        [payable('bob'), 'USDT', -7n],
        [world('TRON'), 'USDT', 7n],
      ],
      ['t:1 payables > wallets:TRON USDT 7'],
    ],
    [
      'a cost',
      [
        [accounts.costs, 'USDT', -1n],
        [custody('nowpayments'), 'USDT', 1n],
      ],
      ['t:1 costs > custody:nowpayments USDT 1'],
    ],
    [
      'an observation',
      [
        [accounts.outside, 'SPECIES', -1n],
        [user('ann'), 'SPECIES', 1n],
      ],
      ['t:1 outside > customers SPECIES 1'],
    ],
  ])('%s', (_what, lines, expected) => {
    expect(pairs(...lines)).toEqual(expected)
  })

  it('moves exactly what the ledger moved, account by account, whatever the lines', () => {
    const names = [
      user('ann'),
      user('bob'),
      payable('bob'),
      accounts.fees,
      accounts.treasury,
      world('ETH'),
      world('BSC'),
    ]
    const moves = fc.array(
      fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...names), amount: fc.bigInt(1n, 10n ** 15n) }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(moves, (given) => {
        const entries = given.flatMap(({ from, to, amount }, n) => [
          { seq: BigInt(2 * n), account: from, asset: 'USDT' as const, amount: -amount },
          { seq: BigInt(2 * n + 1), account: to, asset: 'USDT' as const, amount },
        ])
        const made = pairsOf({ transferId: 't', entries })
        for (const control of new Set(names.map(controlOf))) {
          const inLedger = entries.filter(({ account }) => controlOf(account) === control)
          const moved = made.reduce(
            (sum, { source, destination, amount }) =>
              sum + (destination === control ? amount : 0n) - (source === control ? amount : 0n),
            0n,
          )
          expect(moved).toBe(inLedger.reduce((sum, { amount }) => sum + amount, 0n))
        }
        expect(made.every(({ amount, source, destination }) => amount > 0n && source !== destination)).toBe(true)
      }),
    )
  })
})

describe('the chart', () => {
  const all = Object.values(accounts).map((account) => (typeof account === 'string' ? account : account('x')))

  it.each(all)('has a place for %s, of a type that fits its balance, and finds it again', (account) => {
    const control = controlOf(account)
    expect(bookAccountOf(control, 'USDT').type).toBe(
      /^(world|custody|receivable|supply|outside|loss|costs)/.test(account) ? 'asset' : 'liability',
    )
    expect(account.startsWith(ledgerOf(control))).toBe(true)
  })

  it('gives each control account a name of its own', () => {
    const controls = new Set(all.map(controlOf))
    expect(new Set([...controls].map((control) => bookAccountOf(control, 'USDT').name)).size).toBe(controls.size)
  })
})

it('turns a pair round: what the ledger credits the book debits', () => {
  const pair = {
    place: 1n,
    externalId: 't:1',
    transferId: 't',
    eventKey: undefined,
    kind: 'payment',
    source: 'wallets:ETH',
    destination: 'customers',
    asset: 'USDT' as const,
    amount: 5n,
    atMs: 0,
    standsFor: undefined,
    tried: false,
  }
  const typeOf = (source: string, destination: string): object => {
    const { type, sourceId, destinationId } = bookEntryOf(
      { ...pair, source, destination },
      (control) => `id of ${control}`,
    )
    return { type, sourceId, destinationId }
  }
  expect(typeOf('wallets:ETH', 'customers')).toEqual({
    type: 'deposit',
    sourceId: 'id of customers',
    destinationId: 'id of wallets:ETH',
  })
  expect(typeOf('payables', 'wallets:ETH')).toMatchObject({ type: 'withdrawal', sourceId: 'id of wallets:ETH' })
  expect(typeOf('customers', 'fees')).toMatchObject({ type: 'transfer', sourceId: 'id of fees' })
  expect(typeOf('receivables', 'wallets:ETH')).toMatchObject({ type: 'transfer' })
})
