import type { Mandate } from '@species/contracts'
import { expect, it } from 'vitest'
import { coversMandate } from './mandate.ts'

const hours = { timeZone: 'UTC', from: '09:00', to: '17:00' }
const usdt = { perDay: 10n }

it.each<[change: string, outer: Mandate, inner: Mandate, narrows: boolean]>([
  ['nothing', { usdt }, { usdt }, true],
  ['a smaller amount', { usdt }, { usdt: { perDay: 9n } }, true],
  ['a larger amount', { usdt }, { usdt: { perDay: 11n } }, false],
  ['an amount dropped', { usdt: { perDay: 10n, perHour: 1n } }, { usdt }, false],
  ['an amount added', { usdt }, { usdt: { perDay: 10n, perTrade: 50n } }, true],
  ['USDT dropped for units', { usdt }, { units: { perDay: 1n } }, false],
  ['units added, with which transfers are allowed', { usdt }, { usdt, units: { perDay: 1n } }, false],
  ['USDT added to units', { units: { perDay: 1n } }, { usdt, units: { perDay: 1n } }, true],
  ['fewer intents', { usdt, intents: ['TRANSFER', 'REDEEM'] }, { usdt, intents: ['REDEEM'] }, true],
  ['all intents', { usdt, intents: ['TRANSFER'] }, { usdt }, false],
  ['another counterparty', { usdt, counterparties: ['bob'] }, { usdt, counterparties: ['eve'] }, false],
  ['another chain', { usdt, chains: ['ETH'] }, { usdt, chains: ['ETH', 'credit'] }, false],
  ['a lower price to buy at', { usdt, prices: { buyAtMost: 2n } }, { usdt, prices: { buyAtMost: 1n } }, true],
  ['a lower price to sell at', { usdt, prices: { sellAtLeast: 2n } }, { usdt, prices: { sellAtLeast: 1n } }, false],
  ['prices dropped', { usdt, prices: { buyAtMost: 2n } }, { usdt }, false],
  ['fewer days', { usdt, hours }, { usdt, hours: { ...hours, days: ['mon'] } }, true],
  ['other hours', { usdt, hours }, { usdt, hours: { ...hours, to: '16:00' } }, false],
  ['another time zone', { usdt, hours }, { usdt, hours: { ...hours, timeZone: 'Asia/Tokyo' } }, false],
  ['hours dropped', { usdt, hours }, { usdt }, false],
  ['an earlier end', { usdt, expiresAtMs: 2 }, { usdt, expiresAtMs: 1 }, true],
  ['a later end', { usdt, expiresAtMs: 2 }, { usdt, expiresAtMs: 3 }, false],
  ['no end', { usdt, expiresAtMs: 2 }, { usdt }, false],
  ['approval from less on', { usdt, approvalAbove: { usdt: 2n } }, { usdt, approvalAbove: { usdt: 1n } }, true],
  ['approval from more on', { usdt, approvalAbove: { usdt: 2n } }, { usdt, approvalAbove: { usdt: 3n } }, false],
  ['no approval', { usdt, approvalAbove: { usdt: 2n } }, { usdt }, false],
  [
    'approval of units, where all that moves units alone took it',
    { usdt, approvalAbove: { usdt: 2n } },
    { usdt, approvalAbove: { usdt: 2n, units: 5n } },
    false,
  ],
  [
    'approval by USDT too',
    { usdt, approvalAbove: { units: 5n } },
    { usdt, approvalAbove: { usdt: 2n, units: 5n } },
    true,
  ],
])('%s', (_change, outer, inner, narrows) => {
  expect(coversMandate(outer, inner)).toBe(narrows)
})
