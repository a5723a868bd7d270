import type { Bus, Clock, Metrics } from '@species/runtime'

const lifeMs = 1_000
const maxEntries = 10_000

/**
 * Keeps answers for at most a second, and drops all of them whenever a message passes that can change one. The messages are
 * heard as they are published, before anybody can have seen the state they announce, so a user reads his own write at once.
 * An answer that was begun before such a message is not kept: it may be from before.
 */
export class PageCache {
  readonly #clock: Clock
  readonly #metrics: Metrics
  readonly #entries = new Map<string, { readonly value: Promise<unknown>; readonly untilMs: number }>()
  #generation = 0

  constructor(deps: { bus: Bus; clock: Clock; metrics: Metrics }) {
    this.#clock = deps.clock
    this.#metrics = deps.metrics
    const drop = (): void => {
      this.#generation++
      this.#entries.clear()
    }
    for (const topic of [
      'funded',
      'settled',
      'completed',
      'failed',
      'disputed',
      'released',
      'returned',
      'payment.credited',
      'payment.reversed',
    ] as const)
      deps.bus.tap(topic, drop)
  }

  /** The kept answer, or a new one. Callers that ask for the same thing at the same time share one. */
  async get<T>(cache: string, key: string, load: () => Promise<T>): Promise<T> {
    const name = `${cache}\u0000${key}`
    const kept = this.#entries.get(name)
    if (kept && kept.untilMs > this.#clock.now()) {
      this.#metrics.cacheTotal.inc({ cache, answer: 'hit' })
      return (await kept.value) as T
    }
    this.#metrics.cacheTotal.inc({ cache, answer: 'miss' })
    const generation = this.#generation
    const value = load()
    if (this.#entries.size >= maxEntries) this.#entries.clear()
    this.#entries.set(name, { value, untilMs: this.#clock.now() + lifeMs })
    try {
      return await value
    } catch (error) {
      this.#entries.delete(name)
      throw error
    } finally {
      if (generation !== this.#generation) this.#entries.delete(name)
    }
  }
}
