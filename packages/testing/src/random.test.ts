import { expect, it } from 'vitest'
import { createRandom, shuffled } from './random.ts'

const draw = (seed: number): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: 20 }, () => random.between(1, 6))
}

it('the same seed draws the same', () => {
  expect(draw(7)).toEqual(draw(7))
})

it('neighbouring seeds draw unrelated first choices', () => {
  const firsts = Array.from({ length: 6_000 }, (_, seed) => createRandom(seed).between(1, 6))
  const counts = [1, 2, 3, 4, 5, 6].map((face) => firsts.filter((one) => one === face).length)
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})

it('drawing more from a fork does not shift its parent', () => {
  const [one, other] = [createRandom(3), createRandom(3)]
  one.fork().next()
  const fork = other.fork()
  for (let times = 0; times < 10; times += 1) fork.next()
  expect(one.next()).toBe(other.next())
})

it('a shuffle keeps every item', () => {
  expect(shuffled([1, 2, 3, 4, 5], createRandom(1).next).sort()).toEqual([1, 2, 3, 4, 5])
})
