import type { Dossier } from '@species/contracts'
import type { Bus, Clock, Metrics } from '@species/runtime'

const lifeMs = 1_000
/** When this many are kept all are dropped: it bounds the memory, whatever is asked for. */
const maxEntries = 5_000

interface Entry {
  readonly value: Promise<unknown>
  readonly untilMs: number
}

/** Whose answers the open listings are: a name that no user may have. */
export const market = 'market'

/**
 * Keeps answers for at most a second, and drops a user's answers as a message passes that changes what he has.
 *
 * In one process a user reads his own write at once: balances change before `settled` (or `released`) is published, listeners
 * hear it as it is published, and only then can the next module bring the event to its end. In several processes the second
 * is the bound. An answer that was begun before such a message is given to those who wait for it but not kept: it may be
 * from before. (That is why this is no library: theirs put such an answer back after it was dropped.)
 */
export class PageCache {
  readonly #clock: Clock
  readonly #metrics: Metrics
  readonly #subjects = new Map<string, Map<string, Entry>>()
  readonly #keeps: boolean
  #entries = 0

  constructor(deps: { bus: Bus; clock: Clock; metrics: Metrics; keepsPages: boolean }) {
    this.#clock = deps.clock
    this.#metrics = deps.metrics
    this.#keeps = deps.keepsPages
    if (!deps.keepsPages) return
    for (const topic of ['funded', 'settled', 'completed', 'released', 'failed'] as const) {
      deps.bus.tap(topic, ({ body }) => {
        this.#drop(partiesOf(body))
      })
    }
    // A seller looks for his own listing when its receipt is there; other changes of the list may wait for the second.
    deps.bus.tap('completed', ({ body }) => {
      if (body.intent === 'SELL_MARKET' || body.intent === 'DELIST') this.#drop([market])
    })
    deps.bus.tap('disputed', ({ body }) => {
      this.#drop([body.owner])
    })
    deps.bus.tap('payment.reversed', ({ body }) => {
      this.#drop([body.claim.payer])
    })
  }

  /**
   * The kept answer of `subject`, or a new one. Callers that ask for the same at the same time share one. What is not there
   * (undefined) is not kept: it may be there in a moment.
   */
  async get<T>(cache: string, subject: string, key: string, load: () => Promise<T>): Promise<T> {
    if (!this.#keeps) return await load()
    const name = `${cache}\u0000${key}`
    const kept = this.#subjects.get(subject)?.get(name)
    if (kept && kept.untilMs > this.#clock.now()) {
      this.#metrics.cacheTotal.inc({ cache, answer: 'hit' })
      return (await kept.value) as T
    }
    this.#metrics.cacheTotal.inc({ cache, answer: 'miss' })
    const entry = { value: load(), untilMs: this.#clock.now() + lifeMs }
    this.#keep(subject, name, entry)
    try {
      const value = await entry.value
      if (value === undefined) this.#forget(subject, name, entry)
      return value
    } catch (error) {
      this.#forget(subject, name, entry)
      throw error
    }
  }

  #keep(subject: string, name: string, entry: Entry): void {
    if (this.#entries >= maxEntries) {
      this.#subjects.clear()
      this.#entries = 0
    }
    const answers = this.#subjects.get(subject) ?? new Map<string, Entry>()
    this.#subjects.set(subject, answers)
    if (!answers.has(name)) this.#entries++
    answers.set(name, entry)
  }

  #forget(subject: string, name: string, entry: Entry): void {
    const answers = this.#subjects.get(subject)
    if (answers?.get(name) !== entry) return
    answers.delete(name)
    this.#entries--
  }

  #drop(subjects: readonly string[]): void {
    for (const subject of subjects) {
      this.#entries -= this.#subjects.get(subject)?.size ?? 0
      this.#subjects.delete(subject)
    }
  }
}

/** Everybody whose accounts an event touches. */
function partiesOf({ owner, event, match }: Dossier): string[] {
  const to = event.to === undefined ? [] : [event.to]
  return [owner, event.from, ...to, ...(match?.fills.map((fill) => fill.seller) ?? [])]
}
