import { type KeyLimits, intentSchema } from '@species/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MatchedEvent, matchedBody } from '../test-world.ts'
import type { Posting } from './posting.ts'
import { LimitBook, bucketsOf, chargesOf } from './limits.ts'

const now = Date.parse('2026-03-01T09:59:59.999Z')
/** What a purchase posts: five USDT and a fee. */
const paying: Pick<Posting, 'lines'> = {
  lines: [
    { account: 'user:alice', asset: 'USDT', amount: -5_025_000n },
    { account: 'treasury', asset: 'USDT', amount: 5_000_000n },
    { account: 'fees', asset: 'USDT', amount: 25_000n },
  ],
}
const transfer = (units: bigint): MatchedEvent => ({ intent: 'TRANSFER', from: 'alice', to: 'bob', match: { units } })
const bought: MatchedEvent = {
  intent: 'BUY_MARKET',
  from: 'alice',
  to: 'market',
  match: { units: 1n, fills: [{ listingId: 'l', seller: 'carol', units: 1n, unitPriceMicro: 1n, totalMicro: 1n }] },
}

const treasury: MatchedEvent = { intent: 'BUY_TREASURY', from: 'alice', to: 'treasury', match: { units: 1n } }
const redemption: MatchedEvent = { intent: 'REDEEM', from: 'alice', to: 'liquidity_pool', match: { units: 1n } }
const sale: MatchedEvent = { intent: 'SELL_MARKET', from: 'alice', match: { units: 5n } }
const delisting: MatchedEvent = { intent: 'DELIST', from: 'alice', match: { units: 5n } }
const intents = intentSchema.options

const rows: readonly [string, KeyLimits | undefined, MatchedEvent, string][] = [
  ['no limits', undefined, transfer(10n), 'charges nothing'],
  ['exactly the USDT of one trade', { usdtPerTrade: 5_025_000n }, treasury, 'charges nothing'],
  ['more USDT than a trade may move', { usdtPerTrade: 5_024_999n }, treasury, 'limit_exceeded'],
  [
    'limits of USDT',
    { usdtPerHour: 6_000_000n, usdtPerDay: 9_000_000n },
    treasury,
    'usdt-minute:2026-03-01T09:59 5025000 of 6000000, usdt-quarter:2026-03-01T09:45 5025000 of 9000000',
  ],
  ['an intent that is not listed', { intents: ['BUY_MARKET'] }, transfer(1n), 'limit_exceeded'],
  ['an intent that is listed', { intents: ['TRANSFER'] }, transfer(1n), 'charges nothing'],
  ['exactly the units of one trade', { unitsPerTrade: 10n }, transfer(10n), 'charges nothing'],
  ['one unit more than a trade may have', { unitsPerTrade: 10n }, transfer(11n), 'limit_exceeded'],
  ['a receiver who is not listed', { counterparties: ['dave'] }, transfer(1n), 'limit_exceeded'],
  ['a receiver who is listed', { counterparties: ['bob'] }, transfer(1n), 'charges nothing'],
  ['a seller found by the market who is not listed', { counterparties: ['market'] }, bought, 'limit_exceeded'],
  ['a seller found by the market who is listed', { counterparties: ['market', 'carol'] }, bought, 'charges nothing'],
  ['a sale to whoever comes, without `to`', { counterparties: ['bob'] }, sale, 'limit_exceeded'],
  ['a sale to whoever comes, with `to`', { counterparties: ['bob'] }, { ...sale, to: 'market' }, 'limit_exceeded'],
  ['a sale by a key for the whole market', { counterparties: ['market'] }, sale, 'charges nothing'],
  ['the treasury where it is not listed', { counterparties: ['bob'] }, treasury, 'limit_exceeded'],
  ['the pool where it is not listed', { counterparties: ['bob'] }, redemption, 'limit_exceeded'],
  ['a receiver who is not named', { counterparties: ['bob'] }, { ...sale, intent: 'TRANSFER' }, 'limit_exceeded'],
  [
    'units that only come back from a listing',
    { counterparties: [], unitsPerTrade: 1n, unitsPerDay: 1n },
    delisting,
    'charges nothing',
  ],
  ['units that come back, by a key that may not delist', { intents: ['TRANSFER'] }, delisting, 'limit_exceeded'],
  [
    'limits of an hour and a day',
    { unitsPerHour: 3n, unitsPerDay: 9n },
    transfer(2n),
    'minute:2026-03-01T09:59 2 of 3, quarter:2026-03-01T09:45 2 of 9',
  ],
]

describe('what the limits of a key say', () => {
  it.each(rows)('%s', (_name, limits, event, said) => {
    const charges = chargesOf(matchedBody(1, { ...event, more: limits ? { limits } : {} }), paying, now)
    const text = charges.ok
      ? charges.value.map((one) => `${one.windowName} ${one.units} of ${one.limit}`).join(', ') || 'charges nothing'
      : charges.refusal.code
    expect(text).toBe(said)
  })
})

it.each(intents)('a key that may trade with nobody does no %s, but for taking its own units back', (intent) => {
  const event = { intent, from: 'alice', match: { ...bought.match, units: 1n } }
  for (const to of [undefined, 'bob', 'market', 'treasury', 'liquidity_pool']) {
    const charges = chargesOf(
      matchedBody(1, { ...event, ...(to === undefined ? {} : { to }), more: { limits: { counterparties: [] } } }),
      paying,
      now,
    )
    expect(charges.ok).toBe(intent === 'DELIST')
  }
})

describe('the counters of a batch', () => {
  const charge = (units: bigint, limit = 10n, windowName = 'now') => ({
    ...{ keyId: 'k', windowName, units, limit },
    ...{ window: 'hour' as const, asset: 'SPECIES' as const, counted: [windowName] },
  })

  it('take up to the limit and not one unit more', () => {
    const book = new LimitBook([{ keyId: 'k', windowName: 'now', units: 4n }])
    expect(book.charge([charge(6n)]).ok).toBe(true)
    expect(book.charge([charge(1n)]).ok).toBe(false)
    expect(book.changed()).toEqual([{ keyId: 'k', windowName: 'now', units: 10n }])
  })

  it('charge all windows or none', () => {
    const book = new LimitBook([])
    expect(book.charge([charge(5n), charge(5n, 4n, 'day')]).ok).toBe(false)
    expect(book.changed()).toEqual([])
  })

  it('are free again after a release', () => {
    const book = new LimitBook([])
    book.charge([charge(10n)])
    book.giveBack([charge(10n)])
    expect(book.charge([charge(10n)]).ok).toBe(true)
  })
})

describe.each([
  ['hour', 3_600_000, 60_000],
  ['day', 86_400_000, 900_000],
] as const)('a window of an %s', (window, windowMs, bucketMs) => {
  const chargeAt = (book: LimitBook, nowMs: number, units: bigint): boolean => {
    const { charged, counted } = bucketsOf(window, 'SPECIES', nowMs)
    return book.charge([{ keyId: 'k', windowName: charged, units, limit: 10n, window, asset: 'SPECIES', counted }]).ok
  }

  it('never has more than the limit, wherever it begins', () => {
    const gaps = fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: windowMs / 4 }), units: fc.bigInt(1n, 6n) }))
    fc.assert(
      fc.property(gaps, (steps) => {
        const book = new LimitBook([])
        const taken: { atMs: number; units: bigint }[] = []
        let atMs = now
        for (const { gapMs, units } of steps) {
          atMs += gapMs
          if (chargeAt(book, atMs, units)) taken.push({ atMs, units })
          const inside = taken.filter((one) => one.atMs > atMs - windowMs)
          expect(inside.reduce((sum, one) => sum + one.units, 0n)).toBeLessThanOrEqual(10n)
        }
      }),
    )
  })

  it('is free again one bucket after its end', () => {
    const book = new LimitBook([])
    expect(chargeAt(book, now, 10n)).toBe(true)
    expect(chargeAt(book, now + windowMs - 1, 1n)).toBe(false)
    expect(chargeAt(book, now + windowMs + bucketMs, 10n)).toBe(true)
  })

  it('counts what the version before charged by the clock, and a bounded number of buckets', () => {
    const name = window === 'hour' ? 'hour:2026-03-01T09' : 'day:2026-03-01'
    const book = new LimitBook([{ keyId: 'k', windowName: name, units: 10n }])
    expect(chargeAt(book, now, 1n)).toBe(false)
    expect(bucketsOf(window, 'SPECIES', now).counted.length).toBeLessThanOrEqual(windowMs / bucketMs + 4)
  })
})
