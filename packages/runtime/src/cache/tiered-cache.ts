import { isTransient } from '../bus/process-batch.ts'
import type { Clock } from '../clock.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { Marks } from './marks.ts'
import { type MemoryEntry, MemoryTier } from './memory-tier.ts'
import type { RedisConnection } from './redis.ts'
import { RedisTier } from './redis-tier.ts'

export interface Question<T> {
  /** Whose answers these are, for the metrics: a few words in all. */
  readonly cache: string
  readonly key: string
  /** An answer older than this is asked for again. */
  readonly ttlMs: number
  /** While the source is away an answer may be this much older. Default: none. */
  readonly graceMs?: number
  /** How old an answer of the source may be already as it comes: a replica's. Part of its age. Default: not at all. */
  readonly bornMs?: number
  /** What the answer depends on. */
  readonly tags: readonly string[]
  /** The source. What it gives must survive JSON; undefined is not kept: it may be there in a moment. */
  load(): Promise<T>
}

/**
 * Keeps answers: memory before Redis before the source.
 *
 * - Callers that ask for the same at the same time share one load.
 * - An answer that was begun before one of its tags was dropped is given to those who wait for it and never kept, wherever it
 *   comes from.
 * - While the source is away (`isTransient`) the last answer is given, up to its grace, unless it was dropped.
 * - Redis slow or gone: memory and the source do. It is never waited for beyond its bound.
 */
export interface TieredCache {
  get<T>(question: Question<T>): Promise<T>
  /** Drops what depends on these: here at once, in the other processes as they hear it. */
  invalidate(tags: readonly string[]): void
  /** Drops it in this process alone: for who has heard a message that the others hear too. */
  forget(tags: readonly string[]): void
}

export interface TieredCacheOptions {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Logger
  /** Absent: memory alone. */
  readonly redis?: RedisConnection
  /** Before every name in Redis: deployments that share one do not meet. */
  readonly prefix?: string
  readonly maxEntries?: number
  /** How long a slow source may take before the last answer is given in its stead. */
  readonly patienceMs?: number
}

export function createTieredCache(options: TieredCacheOptions): TieredCache {
  return new Tiers(options)
}

interface Flight {
  readonly sequence: number
  readonly answer: Promise<unknown>
}

class Tiers implements TieredCache {
  readonly #clock: Clock
  readonly #metrics: Metrics
  readonly #patienceMs: number
  readonly #marks: Marks
  readonly #memory: MemoryTier
  readonly #shared: RedisTier | undefined
  readonly #flights = new Map<string, Flight>()

  constructor({
    clock,
    metrics,
    log,
    redis,
    prefix = 'species',
    maxEntries = 5_000,
    patienceMs = 1_000,
  }: TieredCacheOptions) {
    this.#clock = clock
    this.#metrics = metrics
    this.#patienceMs = patienceMs
    this.#marks = new Marks(clock)
    this.#memory = new MemoryTier(maxEntries)
    this.#shared =
      redis &&
      new RedisTier({
        redis,
        prefix,
        log,
        onInvalidated: (tags) => {
          this.forget(tags)
        },
        // What was said while nobody listened is not known: nothing that was kept before counts.
        onDeaf: () => {
          this.#marks.addForAll()
          this.#memory.clear()
        },
      })
  }

  async get<T>(question: Question<T>): Promise<T> {
    const name = nameOf(question)
    const kept = this.#memory.get(name)
    if (kept && this.#clock.now() - kept.begunAtMs < question.ttlMs) {
      this.#count(question.cache, 'memory', 'hit')
      return kept.value as T
    }
    const flight = this.#flights.get(name)
    if (flight && this.#marks.allowsOwn(question.tags, flight.sequence)) {
      this.#count(question.cache, 'memory', 'hit')
      return await this.#orLast(question, kept, flight.answer as Promise<T>)
    }
    this.#count(question.cache, 'memory', 'miss')
    return await this.#orLast(question, kept, this.#fly(name, question))
  }

  invalidate(tags: readonly string[]): void {
    this.forget(tags)
    this.#shared?.publish(tags, this.#clock.now())
  }

  forget(tags: readonly string[]): void {
    for (const tag of tags) {
      this.#marks.add(tag)
      this.#memory.drop(tag)
    }
  }

  /** One load for all who ask meanwhile. */
  #fly<T>(name: string, question: Question<T>): Promise<T> {
    const sequence = this.#marks.sequence
    const answer = this.#find(name, question, sequence).finally(() => {
      if (this.#flights.get(name)?.answer === answer) this.#flights.delete(name)
    })
    this.#flights.set(name, { sequence, answer })
    return answer
  }

  async #find<T>(name: string, question: Question<T>, sequence: number): Promise<T> {
    const { cache, tags, ttlMs } = question
    const shared = await this.#shared?.read(name, tags)
    if (shared) {
      const isGood = this.#clock.now() - shared.begunAtMs < ttlMs && this.#marks.allowsShared(tags, shared.begunAtMs)
      this.#count(cache, 'redis', isGood ? 'hit' : 'miss')
      if (isGood) {
        this.#keep(name, question, sequence, { value: shared.value, begunAtMs: shared.begunAtMs })
        return shared.value as T
      }
    } else if (this.#shared) this.#count(cache, 'redis', 'miss')
    const begunAtMs = this.#clock.now() - (question.bornMs ?? 0)
    // What was dropped while Redis was asked is not in the way of an answer that only begins now.
    const begun = this.#marks.sequence
    this.#count(cache, 'source', 'hit')
    const value = await question.load()
    if (value !== undefined && this.#keep(name, question, begun, { value, begunAtMs }))
      this.#shared?.write(name, { value, begunAtMs }, ttlMs - (question.bornMs ?? 0))
    return value
  }

  #keep(name: string, question: Question<unknown>, sequence: number, entry: Omit<MemoryEntry, 'tags'>): boolean {
    if (!this.#marks.allowsOwn(question.tags, sequence)) return false
    this.#memory.set(name, { ...entry, tags: question.tags })
    return true
  }

  /** The answer; or the last one that is still good enough, where the source is away or takes its time. */
  async #orLast<T>(question: Question<T>, kept: MemoryEntry | undefined, answer: Promise<T>): Promise<T> {
    const age = kept && this.#clock.now() - kept.begunAtMs
    if (kept === undefined || age === undefined || age >= question.ttlMs + (question.graceMs ?? 0)) return await answer
    const last = (): T => {
      this.#count(question.cache, 'memory', 'stale')
      return kept.value as T
    }
    const guarded = answer.catch((error: unknown) => {
      // Dropped meanwhile: its owner has changed it, and would not know it again.
      if (!isTransient(error) || this.#memory.get(nameOf(question)) !== kept) throw error
      return last()
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs, 'late')
    })
    try {
      const first = await Promise.race([guarded.then((value) => ({ value })), patience])
      if (first !== 'late') return first.value
      guarded.catch(() => undefined)
      return this.#memory.get(nameOf(question)) === kept ? last() : await guarded
    } finally {
      clearTimeout(timer)
    }
  }

  #count(cache: string, layer: 'memory' | 'redis' | 'source', answer: 'hit' | 'miss' | 'stale'): void {
    this.#metrics.cacheLayerTotal.inc({ cache, layer, answer })
    // Over all layers: what the source was not asked for is a hit.
    if (layer === 'source') this.#metrics.cacheTotal.inc({ cache, answer: 'miss' })
    else if (answer !== 'miss') this.#metrics.cacheTotal.inc({ cache, answer: 'hit' })
  }
}

const nameOf = ({ cache, key }: Question<unknown>): string => `${cache}\u0000${key}`
