import { expect, it } from 'vitest'
import { hasPlace } from './event-places.ts'

const bound = 4_000

/** How many events of one owner find a place, where `others` of other owners are under way. */
function taken(others: number, most: number): number {
  let own = 0
  while (own < most && hasPlace({ underWay: others + own, own }, bound)) own++
  return own
}

it('an owner’s first event is taken where the others have filled the bound, and their second is not', () => {
  expect(taken(bound, 2)).toBe(1)
  expect(taken(bound + 3_000, 2)).toBe(1)
})

it('one owner fills no market: half of the bound if they are alone, and a hundredth beside others', () => {
  expect(taken(0, bound)).toBe(2_001)
  expect(taken(bound / 2 + 1, bound)).toBe(40)
})

it('a hundred owners who send all they can leave the other half of the bound to the rest', () => {
  const owners = new Array<number>(100).fill(0)
  const underWay = (): number => owners.reduce((sum, own) => sum + own, 0)
  for (let round = 0; round < 200; round++)
    for (const [owner, own] of owners.entries())
      if (hasPlace({ underWay: underWay(), own }, bound)) owners[owner] = own + 1
  expect(underWay()).toBeLessThanOrEqual(bound)
  expect(hasPlace({ underWay: underWay(), own: 0 }, bound)).toBe(true)
})

it('accounts without number, each with its first event, do not make the work endless', () => {
  let underWay = 0
  while (hasPlace({ underWay, own: 0 }, bound)) underWay++
  expect(underWay).toBe(2 * bound)
})

it('a bound so small that a hundredth is less than one leaves each owner one', () => {
  expect(hasPlace({ underWay: 8, own: 0 }, 10)).toBe(true)
  expect(hasPlace({ underWay: 8, own: 1 }, 10)).toBe(false)
})
