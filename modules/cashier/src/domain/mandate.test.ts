import type { Intent, Mandate, StateBodies } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { claim, config, matchedBody } from '../test-world.ts'
import { isWithin } from './hours.ts'
import { allowedBy, mandateOf, movedBy } from './mandate.ts'
import { postingOf } from './posting.ts'

const acceptedMs = Date.UTC(2026, 0, 1, 12)
const fill = (seller: string, units: bigint, price: bigint) => ({
  listingId: `lst_${'0'.repeat(32)}`,
  seller,
  units,
  unitPriceMicro: price,
  totalMicro: units * price,
})

/** Events of ten units, at 1.5 USDT where they have a price. */
const events: Record<Intent, StateBodies['matched']> = {
  BUY_TREASURY: body('BUY_TREASURY', { totalMicro: 15_000_000n }, { payment: { source: 'credit', claims: [] } }),
  BUY_MARKET: body(
    'BUY_MARKET',
    { totalMicro: 15_000_000n, fills: [fill('bob', 5n, 1_000_000n), fill('carol', 5n, 2_000_000n)] },
    { payment: { source: 'chain', claims: [claim(1, 'alice', 16_000_000n)] } },
  ),
  SELL_MARKET: body('SELL_MARKET', {
    listing: { listingId: 'lst', seller: 'alice', unitPriceMicro: 1_500_000n, expiresAtMs: 1 },
  }),
  TRANSFER: body('TRANSFER', {}, {}, 'bob'),
  REDEEM: body('REDEEM', { totalMicro: 12_500_000n }),
  DELIST: body('DELIST', {}),
}

function body(
  intent: Intent,
  match: Partial<StateBodies['matched']['match']>,
  more: Partial<StateBodies['matched']> = {},
  to?: string,
): StateBodies['matched'] {
  return matchedBody(1, {
    intent,
    from: 'alice',
    ...(to === undefined ? {} : { to }),
    match: { units: 10n, ...match },
    more: { times: { accepted: acceptedMs }, ...more },
    ...(more.payment ? { payment: more.payment } : {}),
  })
}

function judge(mandate: Mandate, event: StateBodies['matched']): string {
  const allowed = allowedBy(mandate, event, movedBy(event, postingOf(event, config)))
  return allowed.ok ? 'allowed' : allowed.refusal.code
}

const wide: Mandate = { units: { perTrade: 10n }, usdt: { perTrade: 20_000_000n } }

describe('what a mandate allows', () => {
  const every = Object.keys(events) as Intent[]
  it.each<[given: string, mandate: Mandate, allowed: readonly Intent[]]>([
    ['bounds that fit', wide, every],
    ['too few units', { units: { perTrade: 9n } }, ['DELIST']],
    ['units alone', { units: { perDay: 10n } }, every],
    [
      'USDT alone, which says nothing of what moves no USDT',
      { usdt: { perDay: 20_000_000n } },
      ['BUY_TREASURY', 'BUY_MARKET', 'REDEEM', 'DELIST'],
    ],
    [
      'too little USDT for the fee',
      { ...wide, usdt: { perTrade: 15_000_000n } },
      ['SELL_MARKET', 'TRANSFER', 'REDEEM', 'DELIST'],
    ],
    ['some intents', { ...wide, intents: ['TRANSFER', 'REDEEM'] }, ['TRANSFER', 'REDEEM']],
    ['one counterparty', { ...wide, counterparties: ['bob'] }, ['TRANSFER', 'DELIST']],
    ['all sellers', { ...wide, counterparties: ['bob', 'carol'] }, ['BUY_MARKET', 'TRANSFER', 'DELIST']],
    ['credit alone', { ...wide, chains: ['credit'] }, ['BUY_TREASURY', 'SELL_MARKET', 'TRANSFER', 'REDEEM', 'DELIST']],
    ['another chain', { ...wide, chains: ['BSC'] }, ['SELL_MARKET', 'TRANSFER', 'REDEEM', 'DELIST']],
    ['the chain', { ...wide, chains: ['ETH', 'credit'] }, every],
    [
      'a price that one fill passes',
      { ...wide, prices: { buyAtMost: 1_500_000n } },
      ['BUY_TREASURY', 'SELL_MARKET', 'REDEEM', 'DELIST'],
    ],
    [
      'a price that nothing passes, and no transfer, which has none',
      { ...wide, prices: { buyAtMost: 2_000_000n } },
      ['BUY_TREASURY', 'BUY_MARKET', 'SELL_MARKET', 'REDEEM', 'DELIST'],
    ],
    [
      'a price to sell at',
      { ...wide, prices: { sellAtLeast: 1_250_001n } },
      ['BUY_TREASURY', 'BUY_MARKET', 'SELL_MARKET', 'DELIST'],
    ],
    ['hours that have begun', { ...wide, hours: { timeZone: 'Europe/Berlin', from: '13:00', to: '14:00' } }, every],
    ['hours that are over', { ...wide, hours: { timeZone: 'Europe/Berlin', from: '09:00', to: '13:00' } }, []],
  ])('%s', (_given, mandate, allowed) => {
    expect(every.filter((intent) => judge(mandate, events[intent]) === 'allowed')).toEqual(allowed)
  })

  it('no money out, whatever it says', () => {
    const sale = events.SELL_MARKET
    const out = {
      ...sale,
      event: { ...sale.event, putProceeds: { currency: 'USDT' as const, usdtAddress: 'a'.repeat(40) } },
    }
    expect(judge(wide, out)).toBe('outside_mandate')
  })

  it('what is payable to the owner is spent only where the mandate does not limit sources, or names it', () => {
    const bought = events.BUY_TREASURY
    const payWith = { source: 'credit' as const, currency: 'USDT' as const, payable: 'first' as const }
    const fromProceeds = { ...bought, event: { ...bought.event, payWith } }
    expect(judge({ ...wide, chains: ['credit'] }, fromProceeds)).toBe('outside_mandate')
    expect(judge({ ...wide, chains: ['payable'] }, fromProceeds)).toBe('outside_mandate')
    expect(judge({ ...wide, chains: ['credit', 'payable'] }, fromProceeds)).toBe('allowed')
    expect(judge(wide, fromProceeds)).toBe('allowed')
  })

  it('a payment of which any transfer is from another chain is refused', () => {
    const mixed = {
      ...events.BUY_MARKET,
      payment: { source: 'chain' as const, claims: [claim(1, 'alice', 1n), claim(2, 'alice', 1n, { chain: 'TRON' })] },
    }
    expect(judge({ ...wide, chains: ['ETH'] }, mixed)).toBe('outside_mandate')
    expect(judge({ ...wide, chains: ['ETH', 'TRON'] }, mixed)).toBe('allowed')
  })
})

describe('an agent', () => {
  const standing = {
    agentId: 'agt_1',
    owner: 'alice',
    name: 'buyer',
    status: 'active' as const,
    mandateVersion: 1,
    mandate: wide,
  }
  it.each([
    ['acts', standing, 'ok'],
    ['that there is not', undefined, 'agent_stopped'],
    ['that is paused', { ...standing, status: 'paused' as const }, 'agent_stopped'],
    ['that is revoked', { ...standing, status: 'revoked' as const }, 'agent_stopped'],
    ['whose owner stopped all', { ...standing, status: 'stopped_by_owner' as const }, 'agent_stopped'],
    ['while all are stopped', { ...standing, status: 'stopped_by_operator' as const }, 'agent_stopped'],
    [
      'whose mandate is not understood',
      { ...standing, status: 'unreadable' as const, mandate: undefined },
      'agent_stopped',
    ],
    ['without a mandate', { ...standing, mandate: undefined }, 'mandate_required'],
    ['at the end of its mandate', { ...standing, mandate: { ...wide, expiresAtMs: 5 } }, 'mandate_required'],
    ['just before the end of its mandate', { ...standing, mandate: { ...wide, expiresAtMs: 6 } }, 'ok'],
  ])('%s', (_given, agent, answer) => {
    const found = mandateOf(agent, 5)
    expect(found.ok ? 'ok' : found.refusal.code).toBe(answer)
  })
})

describe('hours', () => {
  const at = (iso: string) => Date.parse(iso)
  const berlin = { timeZone: 'Europe/Berlin', from: '09:00', to: '17:00', days: ['mon', 'fri'] as ('mon' | 'fri')[] }
  const night = { timeZone: 'UTC', from: '22:00', to: '02:00', days: ['fri'] as 'fri'[] }
  it.each([
    ['the first minute', berlin, '2026-01-02T08:00:00Z', true],
    ['the minute before', berlin, '2026-01-02T07:59:59Z', false],
    ['the last minute', berlin, '2026-01-02T15:59:59Z', true],
    ['the end', berlin, '2026-01-02T16:00:00Z', false],
    ['the same hour in summer is another instant', berlin, '2026-07-03T07:00:00Z', true],
    ['another day', berlin, '2026-01-03T10:00:00Z', false],
    ['before midnight', night, '2026-01-02T23:00:00Z', true],
    ['after midnight, of the day on which it began', night, '2026-01-03T01:59:00Z', true],
    ['after midnight of the day before', night, '2026-01-02T01:00:00Z', false],
    ['the whole day', { timeZone: 'UTC', from: '00:00', to: '00:00' }, '2026-01-02T23:59:59Z', true],
  ])('%s', (_given, hours, iso, inside) => {
    expect(isWithin(hours, at(iso))).toBe(inside)
  })
})
