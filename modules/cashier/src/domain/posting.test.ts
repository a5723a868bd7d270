import { microUsdt } from '@species/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MatchedEvent, claim, config, matchedBody } from '../test-world.ts'
import { paymentLines, postingOf, reversalLines } from './posting.ts'

type Fees = Partial<typeof config.feeBasisPoints>
interface Case {
  readonly name: string
  readonly event: MatchedEvent
  readonly fees?: Fees
  readonly lines: readonly string[]
  readonly due: bigint
  readonly fee: bigint
  readonly perFill?: readonly bigint[]
}

const fill = (seller: string, units: bigint, unitPriceMicro: bigint) => ({
  listingId: `lst_${seller}`,
  seller,
  units,
  unitPriceMicro,
  totalMicro: units * unitPriceMicro,
})
const purchase = (...fills: ReturnType<typeof fill>[]): MatchedEvent['match'] => ({
  units: fills.reduce((sum, one) => sum + one.units, 0n),
  totalMicro: fills.reduce((sum, one) => sum + one.totalMicro, 0n),
  fills,
})

// Every line: account, asset, amount in the ledger's smallest quantity (micro-USDT, whole units).
const cases: readonly Case[] = [
  {
    name: 'BUY_TREASURY: price to the treasury, fee on top, units issued from supply to the buyer',
    event: { intent: 'BUY_TREASURY', from: 'alice', to: 'treasury', match: { units: 10n, totalMicro: 15_000_000n } },
    lines: [
      'user:alice USDT -15075000',
      'treasury USDT 15000000',
      'fees USDT 75000',
      'supply SPECIES -10',
      'user:alice SPECIES 10',
    ],
    due: 15_075_000n,
    fee: 75_000n,
  },
  {
    name: 'BUY_TREASURY: a fee below one micro-unit is floored to nothing and leaves no line',
    event: { intent: 'BUY_TREASURY', from: 'alice', match: { units: 1n, totalMicro: 199n } },
    lines: ['user:alice USDT -199', 'treasury USDT 199', 'supply SPECIES -1', 'user:alice SPECIES 1'],
    due: 199n,
    fee: 0n,
  },
  {
    name: 'BUY_TREASURY: 50 basis points of 399 are 1.995, floored to 1',
    event: { intent: 'BUY_TREASURY', from: 'alice', match: { units: 1n, totalMicro: 399n } },
    lines: ['user:alice USDT -400', 'treasury USDT 399', 'fees USDT 1', 'supply SPECIES -1', 'user:alice SPECIES 1'],
    due: 400n,
    fee: 1n,
  },
  {
    name: 'BUY_MARKET: each seller gets his own total; the fee is one figure, split by largest remainder',
    event: {
      intent: 'BUY_MARKET',
      from: 'alice',
      match: purchase(fill('bob', 1n, 100n), fill('carol', 1n, 100n), fill('dave', 1n, 67n)),
    },
    lines: [
      'user:alice USDT -269',
      'payable:bob USDT 100',
      'fees USDT 2',
      'payable:carol USDT 100',
      'payable:dave USDT 67',
      'market:escrow SPECIES -3',
      'user:alice SPECIES 3',
    ],
    due: 269n,
    fee: 2n,
    perFill: [1n, 1n, 0n],
  },
  {
    name: 'BUY_MARKET: two fills of one seller are one line',
    event: {
      intent: 'BUY_MARKET',
      from: 'alice',
      match: purchase(fill('bob', 2n, 1_000_000n), fill('bob', 3n, 2_000_000n)),
    },
    lines: [
      'user:alice USDT -8060000',
      'payable:bob USDT 8000000',
      'fees USDT 60000',
      'market:escrow SPECIES -5',
      'user:alice SPECIES 5',
    ],
    due: 8_060_000n,
    fee: 60_000n,
    perFill: [15_000n, 45_000n],
  },
  {
    name: 'BUY_MARKET: a fee for sellers comes off their proceeds and never off the buyer',
    event: {
      intent: 'BUY_MARKET',
      from: 'alice',
      match: purchase(fill('bob', 1n, 1_000_000n), fill('carol', 1n, 500_001n)),
    },
    fees: { sell: 100 },
    lines: [
      'user:alice USDT -1511251',
      'payable:bob USDT 990000',
      'fees USDT 26250',
      'payable:carol USDT 495001',
      'market:escrow SPECIES -2',
      'user:alice SPECIES 2',
    ],
    due: 1_511_251n,
    fee: 11_250n,
    perFill: [7_500n, 3_750n],
  },
  {
    name: 'SELL_MARKET: units go into escrow, no money moves',
    event: { intent: 'SELL_MARKET', from: 'bob', match: { units: 7n } },
    lines: ['user:bob SPECIES -7', 'market:escrow SPECIES 7'],
    due: 0n,
    fee: 0n,
  },
  {
    name: 'DELIST: units come back from escrow',
    event: { intent: 'DELIST', from: 'bob', match: { units: 7n } },
    lines: ['market:escrow SPECIES -7', 'user:bob SPECIES 7'],
    due: 0n,
    fee: 0n,
  },
  {
    name: 'TRANSFER: from one user to the other',
    event: { intent: 'TRANSFER', from: 'alice', to: 'bob', match: { units: 4n } },
    lines: ['user:alice SPECIES -4', 'user:bob SPECIES 4'],
    due: 0n,
    fee: 0n,
  },
  {
    name: 'REDEEM: the pool owes the user, the units go to the pool',
    event: { intent: 'REDEEM', from: 'alice', match: { units: 4n, totalMicro: 5_000_000n } },
    lines: [
      'user:alice SPECIES -4',
      'liquidity_pool SPECIES 4',
      'liquidity_pool USDT -5000000',
      'payable:alice USDT 5000000',
    ],
    due: 0n,
    fee: 0n,
  },
  {
    name: 'REDEEM: a configured fee comes off what the user gets, the pool pays no more',
    event: { intent: 'REDEEM', from: 'alice', match: { units: 4n, totalMicro: 5_000_001n } },
    fees: { redeem: 30 },
    lines: [
      'user:alice SPECIES -4',
      'liquidity_pool SPECIES 4',
      'liquidity_pool USDT -5000001',
      'payable:alice USDT 4985001',
      'fees USDT 15000',
    ],
    due: 0n,
    fee: 15_000n,
  },
]

const withFees = (fees: Fees = {}) => ({ ...config, feeBasisPoints: { ...config.feeBasisPoints, ...fees } })
const written = (lines: readonly { account: string; asset: string; amount: bigint }[]) =>
  lines.map((line) => `${line.account} ${line.asset} ${line.amount}`)

describe('what an event posts', () => {
  it.each(cases)('$name', ({ event, fees, lines, due, fee, perFill }) => {
    const posting = postingOf(matchedBody(1, event), withFees(fees))
    expect(written(posting.lines)).toEqual(lines)
    expect([posting.dueMicro, posting.feeMicro, posting.feePerFillMicro]).toEqual([due, fee, perFill ?? []])
  })

  it('sums to zero in each asset, and takes from the buyer exactly what is due, for any fills and fees', () => {
    const fills = fc.array(
      fc.record({
        seller: fc.constantFrom('bob', 'carol', 'dave'),
        units: fc.bigInt(1n, 10n ** 9n),
        price: fc.bigInt(1n, 10n ** 9n),
      }),
      { minLength: 1, maxLength: 8 },
    )
    const basisPoints = fc.integer({ min: 0, max: 5_000 })
    fc.assert(
      fc.property(fills, basisPoints, basisPoints, (given, buyMarket, sell) => {
        const match = purchase(...given.map((one) => fill(one.seller, one.units, one.price)))
        const posting = postingOf(
          matchedBody(1, { intent: 'BUY_MARKET', from: 'alice', match }),
          withFees({ buyMarket, sell }),
        )
        const sum = (asset: string, account?: string): bigint =>
          posting.lines
            .filter((line) => line.asset === asset && line.account === (account ?? line.account))
            .reduce((all, line) => all + line.amount, 0n)
        expect([sum('USDT'), sum('SPECIES')]).toEqual([0n, 0n])
        expect(sum('USDT', 'user:alice')).toBe(-posting.dueMicro)
        expect(posting.feePerFillMicro.reduce((all, part) => all + part, 0n)).toBe(posting.feeMicro)
        expect(
          posting.lines.every((line) => line.amount > 0n || ['user:alice', 'market:escrow'].includes(line.account)),
        ).toBe(true)
      }),
    )
  })
})

describe('payments', () => {
  it('enter from their own chain to the payer', () => {
    expect(written(paymentLines(claim(1, 'alice', 5n, { chain: 'BSC' })))).toEqual([
      'world:BSC USDT -5',
      'user:alice USDT 5',
    ])
  })

  it('that a custodian holds enter from its account, and are taken back into it', () => {
    const held = claim(1, 'alice', 5n, { custody: 'nowpayments' })
    expect(written(paymentLines(held))).toEqual(['custody:nowpayments USDT -5', 'user:alice USDT 5'])
    expect(written(paymentLines({ ...held, bookedFrom: 'suspense' }))).toEqual([
      'suspense:ETH USDT -5',
      'user:alice USDT 5',
    ])
    expect(written(reversalLines(held, 2n))).toEqual([
      'user:alice USDT -2',
      'custody:nowpayments USDT 5',
      'receivable:alice USDT -3',
    ])
  })

  it('of an operator for the pool enter the pool', () => {
    expect(written(paymentLines(claim(1, 'liquidity_pool', 5n)))).toEqual([
      'world:ETH USDT -5',
      'liquidity_pool USDT 5',
    ])
  })

  it.each([
    [5n, ['user:alice USDT -5', 'world:ETH USDT 5']],
    [9n, ['user:alice USDT -5', 'world:ETH USDT 5']],
    [2n, ['user:alice USDT -2', 'world:ETH USDT 5', 'receivable:alice USDT -3']],
    [0n, ['world:ETH USDT 5', 'receivable:alice USDT -5']],
    [-1n, ['world:ETH USDT 5', 'receivable:alice USDT -5']],
  ])('that vanish take back what is free (%s of 5), and the rest is owed', (available, lines) => {
    expect(written(reversalLines(claim(1, 'alice', microUsdt(5n)), available))).toEqual(lines)
  })
})
