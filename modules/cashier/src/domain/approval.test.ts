import type { Mandate } from '@species/contracts'
import { expect, it } from 'vitest'
import { config, matchedBody } from '../test-world.ts'
import { chargesUsed, highestOf, needsApproval } from './approval.ts'

const usdt = { perDay: 100n }

it.each<[given: string, above: Mandate['approvalAbove'], usdtMicro: bigint, units: bigint, needs: boolean]>([
  ['no threshold', undefined, 1_000n, 1_000n, false],
  ['an empty one', {}, 1_000n, 1_000n, false],
  ['the threshold itself', { usdt: 10n }, 10n, 1n, false],
  ['more', { usdt: 10n }, 11n, 1n, true],
  ['units alone, which USDT do not measure', { usdt: 10n }, 0n, 1n, true],
  ['units below theirs', { usdt: 10n, units: 5n }, 0n, 5n, false],
  ['units above theirs', { usdt: 10n, units: 5n }, 9n, 6n, true],
  ['one’s own units back', { usdt: 10n }, 0n, 0n, false],
])('%s takes an approval: %s', (_given, approvalAbove, usdtMicro, units, needs) => {
  expect(needsApproval({ usdt, ...(approvalAbove ? { approvalAbove } : {}) }, { usdtMicro, units })).toBe(needs)
})

it('the highest total is that of the highest price the event names, with the fee', () => {
  const match = { units: 4n, totalMicro: 4_000_000n }
  const bare = matchedBody(1, { intent: 'BUY_MARKET', from: 'alice', match })
  const moved = { usdtMicro: 4_030_000n, units: 4n }
  expect(highestOf(bare, moved, config)).toEqual(moved)
  const event = { amount: '5', payWith: { source: 'credit' as const, currency: 'USDT' as const, maxUnitPrice: '2' } }
  const bound = matchedBody(1, { intent: 'BUY_MARKET', from: 'alice', match, event })
  expect(highestOf(bound, moved, config)).toEqual({ usdtMicro: 10_075_000n, units: 5n })
})

it('what is used of an approval and what is given back are what was charged', () => {
  const charge = (windowName: string, units: bigint) => ({ keyId: 'agt', windowName, units })
  const approval = {
    approvalId: 'apr',
    owner: 'alice',
    agentId: 'agt',
    eventHash: 'h',
    event: matchedBody(1, { intent: 'DELIST', from: 'alice', match: { units: 1n } }).event,
    mandateVersion: 1,
    highestMicro: 20n,
    units: 5n,
    state: 'granted' as const,
    charges: [charge('minute:a', 5n), charge('usdt-minute:a', 20n), charge('usdt-month:6h:a', 20n)],
    askedAtMs: 0,
    expiresAtMs: 1,
  }
  expect(chargesUsed(approval, { usdtMicro: 15n, units: 5n })).toEqual({
    kept: [charge('minute:a', 5n), charge('usdt-minute:a', 15n), charge('usdt-month:6h:a', 15n)],
    rest: [charge('usdt-minute:a', 5n), charge('usdt-month:6h:a', 5n)],
  })
})
