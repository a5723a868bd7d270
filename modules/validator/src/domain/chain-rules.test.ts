import { type ChainsVersion, type MarketplaceConfig, haltedMs } from '@species/contracts'
import { describe, expect, test } from 'vitest'
import { rulesFor } from './chain-rules.ts'

const [first, second] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`]
const chain = (more: object): object => ({
  enabled: true,
  depositAddresses: [first],
  confirmations: 12,
  halted: false,
  compromisedAddresses: [],
  deniedAddresses: [],
  ...more,
})
const at = (version: number, sinceMs: number, more: object): ChainsVersion =>
  ({
    version,
    sinceMs,
    chains: { ETH: chain(more), BSC: chain(more), POLYGON: chain(more) },
  }) as unknown as ChainsVersion
const pinnedTo = ({ version, chains }: ChainsVersion) => ({
  version,
  config: { chains } as MarketplaceConfig,
})

/** Opened at 0, moved to another address at 100 s, closed at 200 s, open again with more confirmations at 300 s. */
const history = [
  at(1, 0, {}),
  at(2, 100_000, { depositAddresses: [second], confirmations: 20 }),
  at(3, 200_000, { enabled: false, depositAddresses: [second] }),
  at(5, 300_000, { depositAddresses: [second], confirmations: 15 }),
]
const rulesAt = (seconds: number) =>
  rulesFor('ETH', seconds * 1_000, {
    pinned: pinnedTo(at(1, 0, {})),
    current: pinnedTo(at(5, 300_000, { confirmations: 15 })),
    history,
  })

describe('the rules of a payment are those of the time it was mined, 15 seconds in the payer’s favour', () => {
  test.each([
    ['before the first version', -1_000, true, [first], [1]],
    ['well before an address changes', 50, true, [first], [1]],
    ['15 s before an address is ours', 86, true, [first, second], [1, 2]],
    ['15 s after an address is retired', 114, true, [first, second], [1, 2]],
    ['later after it is retired', 116, true, [second], [2]],
    ['15 s after the chain closes', 214, true, [second], [2, 3]],
    ['later after it closes', 216, false, [], [3]],
    ['before it opens again', 284, false, [], [3]],
    ['15 s before it opens again', 286, true, [second], [3, 5]],
  ])('%s', (_name, seconds, isOpen, ours, mined) => {
    const rules = rulesAt(seconds)
    expect([rules.isOpen, [...rules.ours], rules.versions.mined]).toEqual([isOpen, ours, mined])
  })

  test('confirmations are the largest of the figures at accept, when mined and when judged', () => {
    expect([rulesAt(50), rulesAt(150), rulesAt(400)].map((rules) => rules.confirmations)).toEqual([15, 20, 15])
  })
})

test('a deadline moves by the time for which its chain was halted, and by no other', () => {
  const halts = [at(1, 0, {}), at(2, 10_000, { halted: true }), at(3, 30_000, {}), at(4, 50_000, { halted: true })]
  const between = (fromMs: number, toMs: number): number => haltedMs(halts, 'ETH', fromMs, toMs)
  expect([between(0, 5_000), between(0, 20_000), between(20_000, 40_000), between(0, 60_000)]).toEqual([
    0, 10_000, 10_000, 30_000,
  ])
})
