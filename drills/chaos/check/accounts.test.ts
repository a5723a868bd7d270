import { describe, expect, test } from 'vitest'
import { poolMicro } from '../population.ts'
import { marketFindings } from './accounts.ts'
import { escrow, pool, tallyOf, usdt } from './tally.ts'

const tally = {
  ...tallyOf([]),
  market: { treasury: 3_000_000n, fees: 15_000n, pool: -2_000_000n },
  units: new Map([
    [escrow, 5n],
    [pool, 2n],
  ]),
}

const shown = {
  treasury: { micro: 3_000_000n, units: 0n, held: 0n },
  fees: { micro: 15_000n, units: 0n, held: 0n },
  liquidity_pool: { micro: poolMicro - 2_000_000n, units: 2n, held: 0n },
  'market:escrow': { micro: 0n, units: 5n, held: 0n },
}

/** An operator who is shown this. */
const operator = (accounts: Partial<typeof shown>) => ({
  call: async () => ({
    accounts: Object.entries(accounts).map(([account, { micro, units, held }]) => ({
      account,
      species: { total: String(units), held: '0' },
      usdt: { total: usdt(micro), held: usdt(held) },
    })),
  }),
})

describe("the marketplace's own accounts", () => {
  test('that are as the receipts say are believed', async () => {
    expect(await marketFindings(operator(shown), tally)).toEqual([])
  })

  const { treasury: _, ...without } = shown
  test.each<[string, Partial<typeof shown>, RegExp]>([
    ['a micro-unit too few', { ...shown, treasury: { ...shown.treasury, micro: 2_999_999n } }, /treasury has USDT:/],
    ['a fee that nobody paid', { ...shown, fees: { ...shown.fees, micro: 15_001n } }, /fees has USDT:/],
    ['a unit too many', { ...shown, 'market:escrow': { ...shown['market:escrow'], units: 6n } }, /escrow has units:/],
    [
      'something held',
      { ...shown, liquidity_pool: { ...shown.liquidity_pool, held: 1n } },
      /liquidity_pool has USDT held/,
    ],
    ['an account that is not shown', without, /not shown treasury/],
  ])('%s is found', async (_what, accounts, finding) => {
    expect((await marketFindings(operator(accounts), tally)).join()).toMatch(finding)
  })
})
