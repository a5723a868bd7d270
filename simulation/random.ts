/** A stream of choices that is the same for the same seed: all that a history leaves to chance is drawn from one of these. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `from` to `to`, both possible. */
  between(from: number, to: number): number
  /** True this often. */
  chance(probability: number): boolean
  /** One of them; there must be one. */
  pick<T>(items: readonly T[]): T
  /** A stream of its own, so that drawing more from one does not shift the other. */
  fork(): Random
}

/** mulberry32 (public domain): small, quick, and good enough to choose with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[between(0, items.length - 1)] as (typeof items)[number]
    },
    fork: () => createRandom(Math.floor(next() * 4_294_967_296)),
  }
}
