import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseEvent, wireEventSchema } from './event.ts'
import { canonicalEvent } from './event-hash.ts'

const base = { eventId: 'event-0001', from: 'alice', to: 'bob', amount: 5 }
const pay = { chain: 'ETH', proof: '0xabc' }
const text = (body: object): string => canonicalEvent(normaliseEvent(wireEventSchema.parse(body)))

const rows: readonly [string, object, object, 'same' | 'other'][] = [
  ['fields in another order', base, { amount: 5, to: 'bob', from: 'alice', eventId: 'event-0001' }, 'same'],
  [
    'inner fields in another order',
    { ...base, payWith: { ...pay } },
    { ...base, payWith: { proof: '0xabc', chain: 'ETH' } },
    'same',
  ],
  ['a string of digits for a number', base, { ...base, amount: '5' }, 'same'],
  [
    'a default written out',
    { ...base, payWith: pay },
    { ...base, payWith: { ...pay, source: 'chain', currency: 'USDT' } },
    'same',
  ],
  ['another amount', base, { ...base, amount: 6 }, 'other'],
  ['another receiver', base, { ...base, to: 'carol' }, 'other'],
  ['a field more', base, { ...base, intent: 'TRANSFER' }, 'other'],
  [
    'a value that moved to another field',
    { ...base, listingId: `lst_${'a'.repeat(32)}` },
    { ...base, delist: `lst_${'a'.repeat(32)}` },
    'other',
  ],
  ['another proof', { ...base, payWith: pay }, { ...base, payWith: { ...pay, proof: '0xabd' } }, 'other'],
]

describe('two bodies', () => {
  it.each(rows)('with %s are the %4$s event', (_name, one, other, verdict) => {
    expect(text(one) === text(other) ? 'same' : 'other').toBe(verdict)
  })

  it('are the same exactly where they say the same, whatever is in their strings', () => {
    const event = fc.record({
      eventId: fc.constantFrom('event-0001', 'event-0002'),
      from: fc.constantFrom('a"', 'a', 'a,"to":"b'),
      to: fc.option(fc.constantFrom('b', 'b"'), { nil: undefined }),
    })
    fc.assert(
      fc.property(event, event, (one, other) => {
        const equal = one.eventId === other.eventId && one.from === other.from && one.to === other.to
        expect(canonicalEvent(one as never) === canonicalEvent(other as never)).toBe(equal)
      }),
    )
  })
})
