import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Listing } from './listing.ts'
import { Search, largestSizeClass, maxFills, sizeClassOf } from './search.ts'

const shelf = (sizes: readonly number[]): Listing[] =>
  sizes.map((units, index) => ({
    listingId: `l${index}`,
    seller: 'sam',
    unitPriceMicro: BigInt(1 + Math.floor(index / 3)),
    unitsTotal: BigInt(units),
    unitsAvailable: BigInt(units),
    unitsReserved: 0n,
    status: 'open',
    createdAtMs: index,
    expiresAtMs: 1,
    withheld: false,
  }))
const searched = (sizes: readonly number[], units: number): Search => {
  const search = new Search({ units: BigInt(units) })
  for (const listing of shelf(sizes)) search.offer(listing)
  return search
}
const dust = (count: number): number[] => Array.from({ length: count }, () => 1)

test('small listings in front of a large one do not block it', () => {
  const search = searched([...dust(100), 5_000], 5_000)
  expect(search.isFilled).toBe(true)
  expect(search.takes.at(-1)).toMatchObject({ units: 5_000n - 99n })
})

test('it takes as many as it may, then passes over the dearest of the smallest', () => {
  const search = searched([2, ...dust(100), 2], maxFills + 2)
  expect(search.takes.map(({ listing }) => listing.listingId)).toEqual([
    'l0',
    ...Array.from({ length: maxFills - 2 }, (_, index) => `l${index + 1}`),
    'l101',
  ])
})

const sum = (sizes: readonly number[]): number => sizes.reduce((all, one) => all + one, 0)
const largest = (sizes: readonly number[]): number => sum([...sizes].sort((a, b) => b - a).slice(0, maxFills))

test('of sizes that are their own class it is filled exactly where some hundred listings hold enough, and no deeper', () => {
  const sizes = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 15 })), { minLength: 1, maxLength: 180 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 1_400 }), (all, wanted) => {
      const search = searched(all, wanted)
      const depth = all.findIndex((_, index) => largest(all.slice(0, index + 1)) >= wanted)
      expect(search.isFilled).toBe(depth >= 0)
      expect(search.found).toBe(BigInt(depth >= 0 ? wanted : largest(all)))
      if (depth >= 0) expect(search.takes.at(-1)?.listing.listingId).toBe(`l${depth}`)
    }),
  )
})

const anySizes = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 180 })

test('of any sizes it finds what some hundred listings hold, but for an eighth', () => {
  fc.assert(
    fc.property(anySizes, fc.integer({ min: 1, max: 25_000 }), (all, wanted) => {
      const search = searched(all, wanted)
      if (!search.isFilled) expect(search.found * 9n).toBeGreaterThanOrEqual(BigInt(largest(all)) * 8n)
      expect(search.takes.length <= maxFills && search.found <= BigInt(wanted)).toBe(true)
      expect(search.takes.reduce((units, take) => units + take.units, 0n)).toBe(search.found)
      const cost = search.takes.reduce((micro, { listing, units }) => micro + units * listing.unitPriceMicro, 0n)
      expect(search.costMicro).toBe(cost)
    }),
  )
})

test('a listing of a class that is passed over would have changed nothing', () => {
  fc.assert(
    fc.property(anySizes, fc.integer({ min: 300, max: 25_000 }), (all, wanted) => {
      const skipping = new Search({ units: BigInt(wanted) })
      for (const listing of shelf(all))
        if (sizeClassOf(listing.unitsAvailable) > skipping.passedOver) skipping.offer(listing)
      expect(skipping.takes).toEqual(searched(all, wanted).takes)
    }),
  )
})

test.each([
  [1n, 1],
  [15n, 15],
  [16n, 16],
  [17n, 16],
  [18n, 17],
  [31n, 23],
  [32n, 24],
  [2n ** 63n - 1n, largestSizeClass],
])('the size %d is of class %d', (units, sizeClass) => {
  expect(sizeClassOf(units)).toBe(sizeClass)
})

test('its cost never falls as it goes on, so that what is too dear once stays so', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 90, maxLength: 180 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 100, max: 4_000 }), (all, wanted) => {
      const search = new Search({ units: BigInt(wanted) })
      let before = 0n
      for (const listing of shelf(all)) {
        search.offer(listing)
        expect(search.costMicro >= before).toBe(true)
        before = search.costMicro
      }
    }),
  )
})
