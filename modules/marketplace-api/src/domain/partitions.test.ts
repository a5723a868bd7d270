import { expect, it } from 'vitest'
import { monthPartition } from './partitions.ts'

it.each([
  ['2026-01-31T23:59:59.999Z', 0, 'event_bodies_2026_01', '2026-01-01', '2026-02-01'],
  ['2026-01-31T23:59:59.999Z', 1, 'event_bodies_2026_02', '2026-02-01', '2026-03-01'],
  ['2026-12-01T00:00:00.000Z', 0, 'event_bodies_2026_12', '2026-12-01', '2027-01-01'],
  ['2026-12-01T00:00:00.000Z', 1, 'event_bodies_2027_01', '2027-01-01', '2027-02-01'],
  ['2026-01-15T00:00:00.000Z', -1, 'event_bodies_2025_12', '2025-12-01', '2026-01-01'],
  ['2026-01-15T00:00:00.000Z', -13, 'event_bodies_2024_12', '2024-12-01', '2025-01-01'],
])('the partition of %s, %i months on, is %s', (nowIso, offset, name, from, to) => {
  expect(monthPartition(nowIso, offset)).toEqual({ name, from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` })
})
