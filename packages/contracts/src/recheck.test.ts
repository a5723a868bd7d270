import { chainFacts } from './chains.ts'
import type { Chain } from './chains.ts'
import type { MarketplaceConfig } from './config.ts'
import type { ChainTransaction, ChainTransfer } from './transfers.ts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import { describe, expect, test } from 'vitest'
import { type ClaimedTransfer, type Recheck, lookAgainMs, looksUntilGone, recheckOf, standsStill } from './recheck.ts'

const payer = '0x1111111111111111111111111111111111111111'
const ours = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'

const transfer = (more: Partial<ChainTransfer> = {}): ChainTransfer => ({
  logIndex: 3,
  tokenAddress: chainFacts.ETH.usdt.address,
  fromAddress: payer,
  toAddress: ours,
  rawValue: 12_500_000n,
  ...more,
})
const shows = (transfers: ChainTransfer[], more: Partial<ChainTransaction> = {}): Outcome<ChainTransaction> =>
  yes({
    chain: 'ETH',
    hash: `0x${'a'.repeat(64)}`,
    succeeded: true,
    blockNumber: 100,
    blockTimeMs: 1,
    confirmations: 1,
    transfers,
    ...more,
  })
const nth = (place: number): ClaimedTransfer => ({
  chain: 'ETH',
  fromAddress: payer,
  toAddress: ours,
  rawValue: 12_500_000n,
  nth: place,
})

describe('a claimed transfer', () => {
  const table: [string, number, Outcome<ChainTransaction>, ReturnType<typeof standsStill>][] = [
    ['where it was', 0, shows([transfer()]), 'stands'],
    ['at another log index', 0, shows([transfer({ logIndex: 9 })]), 'stands'],
    ['with addresses in other letters', 0, shows([transfer({ toAddress: ours.toUpperCase() })]), 'stands'],
    ['the second of two', 1, shows([transfer({ logIndex: 9 }), transfer({ logIndex: 4 })]), 'stands'],
    ['the second of one', 1, shows([transfer({ logIndex: 9 })]), 'missing'],
    ['the second beside another amount', 1, shows([transfer(), transfer({ rawValue: 1n })]), 'missing'],
    ['of another amount', 0, shows([transfer({ rawValue: 12_499_999n })]), 'missing'],
    ['of another payer', 0, shows([transfer({ fromAddress: ours })]), 'missing'],
    ['to another', 0, shows([transfer({ toAddress: payer })]), 'missing'],
    ['of another token', 0, shows([transfer({ tokenAddress: ours })]), 'missing'],
    ['in a transaction that failed', 0, shows([transfer()], { succeeded: false }), 'missing'],
    ['in no transaction', 0, notYet('not_found'), 'missing'],
    ['without a receipt', 0, notYet('no_receipt'), 'unknown'],
    ['without an answer', 0, unknown('down'), 'unknown'],
  ]
  test.each(table)('%s (place %i)', (_name, place, outcome, word) => {
    expect(standsStill(nth(place), outcome)).toBe(word)
  })

  test('on TRON was solid: whatever a node shows of it, it has not vanished', () => {
    const claim: ClaimedTransfer = { ...nth(0), chain: 'TRON' }
    const usdt = chainFacts.TRON.usdt.address
    const on = (transfers: ChainTransfer[]): Outcome<ChainTransaction> => shows(transfers, { chain: 'TRON' })
    expect(standsStill(claim, on([transfer({ tokenAddress: usdt })]))).toBe('stands')
    for (const outcome of [notYet('not_found'), on([]), on([transfer({ tokenAddress: usdt, rawValue: 1n })])])
      expect(standsStill(claim, outcome)).toBe('unknown')
  })

  test('is compared in base units: what 18 decimals tell apart is not the same', () => {
    const claim: ClaimedTransfer = { ...nth(0), chain: 'BSC', rawValue: 10n ** 18n }
    const bsc = (rawValue: bigint): Outcome<ChainTransaction> =>
      shows([transfer({ tokenAddress: chainFacts.BSC.usdt.address, rawValue })], { chain: 'BSC' })
    expect([standsStill(claim, bsc(10n ** 18n)), standsStill(claim, bsc(10n ** 18n + 1n))]).toEqual([
      'stands',
      'missing',
    ])
  })
})

describe('a claimed transfer counts as gone', () => {
  const configOf = (confirmations: number, more: object = {}): MarketplaceConfig => {
    const chain = { enabled: true, depositAddresses: [ours], confirmations }
    return { chains: { ETH: chain, BSC: chain, POLYGON: chain, TRON: chain }, ...more } as unknown as MarketplaceConfig
  }
  const minutesOf = (chain: Chain, config: MarketplaceConfig): number =>
    ((looksUntilGone - 1) * lookAgainMs(chain, config)) / 60_000

  test('no sooner than half an hour after the first look that missed it, however fast its chain, and after twice its finality', () => {
    expect(minutesOf('BSC', configOf(18))).toBe(30)
    expect(minutesOf('ETH', configOf(12))).toBe(30)
    expect(minutesOf('ETH', configOf(100))).toBe(40)
  })

  test('sooner only where the configuration says so', () => {
    expect(minutesOf('BSC', configOf(18, { vanishedAfterMs: 60_000 }))).toBe(1.8)
    expect(minutesOf('BSC', configOf(18, { vanishedAfterMs: 7_200_000 }))).toBe(120)
  })
})

describe('what a look at a claim comes to', () => {
  const nowMs = 10_000_000
  const chain = { enabled: true, depositAddresses: [ours], confirmations: 10 }
  const config = {
    chains: { ETH: chain, BSC: chain, POLYGON: chain, TRON: chain },
    recheckMultiples: [2, 5],
  } as unknown as MarketplaceConfig
  /** Ten blocks of twelve seconds are final after two minutes. */
  const claim = { chain: 'ETH' as const, claimedAtMs: 1_000_000, rechecksDone: 0, missing: 0 }
  const found = { missing: 0, vanishedAtMs: undefined }
  const againMs = nowMs + lookAgainMs('ETH', config)
  const last = looksUntilGone - 1
  const table: [string, Partial<typeof claim>, ReturnType<typeof standsStill>, Recheck | undefined][] = [
    ['nothing where there was no answer', {}, 'unknown', undefined],
    ['the next look, after five times finality', {}, 'stands', { ...found, nextMs: 1_600_000, done: 1 }],
    ['no more looks after the last', { rechecksDone: 1 }, 'stands', { ...found, nextMs: undefined, done: 2 }],
    ['no missing any more, once it is seen', { missing: last }, 'stands', { ...found, nextMs: 1_600_000, done: 1 }],
    ['one look missed', {}, 'missing', { nextMs: againMs, done: 0, missing: 1, vanishedAtMs: undefined }],
    [
      'gone, after enough in a row',
      { missing: last },
      'missing',
      { nextMs: undefined, done: 0, missing: looksUntilGone, vanishedAtMs: nowMs },
    ],
  ]
  test.each(table)('is %s', (_name, before, look, expected) => {
    expect(recheckOf({ ...claim, ...before }, look, config, nowMs)).toEqual(expected)
  })
})
