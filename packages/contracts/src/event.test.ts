import { expect, it } from 'vitest'
import { instantSchema, normalisedEventSchema, wireEventSchema } from './event.ts'

it.each([
  ['2026-11-29T00:00:00Z', true],
  ['2026-11-29T00:00:00+02:00', true],
  ['9999-12-31T23:59:59Z', true],
  ['9999-12-31T23:59:59-23:59', false],
  ['1969-12-31T23:59:59Z', false],
  ['0000-01-01T00:00:00Z', false],
  ['2026-02-30T00:00:00Z', false],
  ['+010000-01-01T00:00:00Z', false],
  ['2026-11-29T00:00:00', false],
  ['tomorrow', false],
])('%s is a time: %s', (text, isTime) => {
  expect(instantSchema.safeParse(text).success).toBe(isTime)
})

it('an odd time is refused from now on, and an event that was accepted with one stays readable', () => {
  const event = {
    eventId: 'event-001',
    from: 'alice',
    to: 'market',
    amount: '1',
    putProceeds: { expiresAt: '9999-12-31T23:59:59-23:59' },
  }
  expect([wireEventSchema.safeParse(event).success, normalisedEventSchema.safeParse(event).success]).toEqual([
    false,
    true,
  ])
})
