import type { MarketplaceEvent } from '@species/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifierTable, classifierTables, classifierVersion, classify } from './classify.ts'

const lst = `lst_${'a'.repeat(32)}`
const pay = { source: 'chain', currency: 'USDT', chain: 'ETH', proof: '0xab' } as const
const put = { currency: 'USDT', unitPrice: '2' } as const
const event = (fields: Partial<MarketplaceEvent>): MarketplaceEvent => ({
  eventId: 'event-0001',
  from: 'alice',
  ...fields,
})

const manual: [string, Partial<MarketplaceEvent>, string][] = [
  ['buys from the treasury', { to: 'treasury', amount: '5', payWith: pay }, 'BUY_TREASURY'],
  ['a listing wins over the treasury', { to: 'treasury', listingId: lst, amount: '5', payWith: pay }, 'BUY_MARKET'],
  ['a listing wins whoever is named', { to: 'bob', listingId: lst, amount: '5', payWith: pay }, 'BUY_MARKET'],
  ['buys at the best price', { to: 'market', amount: '5', payWith: pay, timeInForce: 'IOC' }, 'BUY_MARKET'],
  ['redeems', { to: 'liquidity_pool', amount: '5' }, 'REDEEM'],
  ['redeems with proceeds, and does not sell', { to: 'liquidity_pool', amount: '5', putProceeds: put }, 'REDEEM'],
  ['sells to the market', { to: 'market', amount: '5' }, 'SELL_MARKET'],
  ['sells by its proceeds', { amount: '5', putProceeds: put }, 'SELL_MARKET'],
  ['sends to a user', { to: 'bob', amount: '5' }, 'TRANSFER'],
  ['never issues to a name that only contains treasury', { to: 'mytreasury-fan', amount: '5' }, 'TRANSFER'],
  ['takes a listing back', { delist: lst }, 'DELIST'],
  ['states what it means', { to: 'bob', amount: '5', intent: 'TRANSFER' }, 'TRANSFER'],
  ['means something else than it states', { to: 'bob', amount: '5', intent: 'REDEEM' }, 'intent_mismatch'],
  ['pays for a transfer', { to: 'bob', amount: '5', payWith: pay }, 'ambiguous_event'],
  ['buys and sells at once', { to: 'market', amount: '5', payWith: pay, putProceeds: put }, 'ambiguous_event'],
  [
    'buys from the treasury for proceeds',
    { to: 'treasury', amount: '5', payWith: pay, putProceeds: put },
    'ambiguous_event',
  ],
  ['takes a listing back and buys', { delist: lst, amount: '5', payWith: pay }, 'ambiguous_event'],
  [
    'bounds the price of the treasury',
    { to: 'treasury', amount: '5', payWith: { ...pay, maxUnitPrice: '1' } },
    'ambiguous_event',
  ],
  ['buys without money', { to: 'treasury', amount: '5' }, 'missing_field'],
  ['sends nothing', { to: 'bob' }, 'missing_field'],
  ['sends to nobody', { amount: '5' }, 'missing_field'],
  ['sends to itself', { to: 'alice', amount: '5' }, 'same_party'],
]

describe('classify', () => {
  test.each(manual)('%s', (_name, fields, must) => {
    const got = classify(event(fields), classifierVersion)
    expect(got.ok ? got.value : got.refusal.code).toBe(must)
  })

  test('every combination of fields is exactly one intent or one typed refusal', () => {
    const choices: Partial<MarketplaceEvent>[][] = [
      [{}, { to: 'bob' }, { to: 'alice' }, { to: 'treasury' }, { to: 'liquidity_pool' }, { to: 'market' }],
      [{}, { amount: '5' }],
      [{}, { listingId: lst }],
      [{}, { delist: lst }],
      [{}, { timeInForce: 'IOC' }],
      [{}, { payWith: pay }, { payWith: { ...pay, maxUnitPrice: '1' } }],
      [{}, { putProceeds: put }],
      [{}, ...classifierTable.map((row) => ({ intent: row.intent }))],
    ]
    const all = choices.reduce<Partial<MarketplaceEvent>[]>(
      (sets, more) => sets.flatMap((set) => more.map((one) => ({ ...set, ...one }))),
      [{}],
    )
    const codes = new Set(['ambiguous_event', 'missing_field', 'same_party', 'intent_mismatch'])
    for (const fields of all) {
      const got = classify(event(fields), classifierVersion)
      if (got.ok) {
        // What it means must be what the first row that applies says, with nothing that row excludes.
        const row = classifierTable.find((candidate) => candidate.applies(event(fields)))
        expect(got.value).toBe(row?.intent)
        expect(row?.excludes.filter((field) => fields[field] !== undefined)).toEqual([])
        expect(row?.needs.filter((field) => fields[field] === undefined)).toEqual([])
      } else expect(codes).toContain(got.refusal.code)
    }
    expect(all.length).toBe(6 * 2 * 2 * 2 * 2 * 3 * 2 * 8)
  })

  test('new events are pinned to a table that exists', () => {
    expect(classifierTables.get(classifierVersion)).toBe(classifierTable)
  })

  test('only the exact reserved names are reserved, whatever a user is called', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,8}(treasury|market|liquidity_pool)[A-Za-z0-9_-]{1,8}$/), (to) => {
        expect(classify(event({ to, amount: '1' }), classifierVersion)).toEqual({ ok: true, value: 'TRANSFER' })
      }),
    )
  })
})
