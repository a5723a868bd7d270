import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { mersenne } from 'pure-rand/generator/mersenne'

/** A stream of choices that is the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from `from` to `to`, both possible. */
  between(from: number, to: number): number
  /** True this often. */
  chance(probability: number): boolean
  /** One of them; there must be one. */
  pick<T>(items: readonly T[]): T
  /** A stream of its own, so that drawing more from one does not shift the other. */
  fork(): Random
}

/**
 * Mersenne Twister, because it mixes its seed: neighbouring seeds give unrelated streams. The quicker generators of the library
 * start almost alike for seeds 1 and 2.
 */
export function createRandom(seed: number): Random {
  const generator = mersenne(seed)
  const next = (): number => uniformFloat64(generator)
  const between = (from: number, to: number): number => uniformInt(generator, from, to)
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[between(0, items.length - 1)] as (typeof items)[number]
    },
    fork: () => createRandom(between(0, 0xffff_ffff)),
  }
}

/** The same items in an order drawn from these numbers in [0, 1). */
export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const drawn = items.map((item) => ({ item, key: next() }))
  return drawn.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
