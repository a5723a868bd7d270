import { isTransient } from '@species/platform'
import type { Clock } from '@species/platform'
import type { Logger } from '@species/platform'
import type { Metrics } from '@species/platform'
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
  /** While the source is unavailable an answer may be this much older. Default: none. */
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
 * - An answer in the last third of its life is given, and asked for anew beside it: what is asked for often is never waited for.
 * - An answer that was begun before one of its tags was dropped is given to those who wait for it and never kept, wherever it
 *   comes from.
 * - While the source is unavailable (`isTransient`) the last answer is given, up to its grace, unless it was dropped.
 * - Redis slow or gone: memory and the source do. It is never waited for beyond its bound.
 */
export interface TieredCache {
  get<T>(question: Question<T>): Promise<T>
  /** Drops what depends on these: here at once, in the other processes as they hear it. */
  invalidate(tags: readonly string[]): void
  /** Drops it in this process alone: for who has heard a message that the others hear too. */
  forget(tags: readonly string[]): void
  /** Whether it was dropped at that time or later, here or by another process that told. */
  droppedSince(tag: string, atMs: number): boolean
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

interface Found {
  readonly value: unknown
  /** `memory`: the last answer, kept from before. */
  readonly layer: 'memory' | 'redis' | 'source'
}

interface Flight {
  readonly sequence: number
  readonly found: Promise<Found>
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
        // Messages may have been missed while disconnected, so earlier entries are not used.
        onDeaf: () => {
          this.#marks.addForAll()
          this.#memory.clear()
        },
      })
  }

  async get<T>(question: Question<T>): Promise<T> {
    const name = nameOf(question)
    const kept = this.#memory.get(name)
    const age = kept ? this.#clock.steady() - kept.begunAtMs : Infinity
    if (kept && age < question.ttlMs) {
      this.#count(question.cache, 'hit', 'hit')
      if (!isYoung(question, age)) this.#renew(name, question)
      return kept.value as T
    }
    const flight = this.#flights.get(name)
    const isShared = flight !== undefined && this.#marks.allowsOwn(question.tags, flight.sequence)
    let inAll: Answer = 'miss'
    let inMemory: Answer = 'miss'
    try {
      const { value, layer } = await this.#orLast(question, kept, isShared ? flight.found : this.#fly(name, question))
      inMemory = layer === 'memory' ? 'stale' : isShared ? 'hit' : 'miss'
      inAll = layer === 'redis' ? 'hit' : inMemory
      return value as T
    } finally {
      this.#count(question.cache, inAll, inMemory)
    }
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

  droppedSince(tag: string, atMs: number): boolean {
    return this.#marks.lastMs(tag) >= atMs
  }

  /** A load in the background. If it fails, the next caller after the answer expires gets the error. */
  #renew(name: string, question: Question<unknown>): void {
    if (!this.#flights.has(name)) this.#fly(name, question, { renewing: true }).catch(() => undefined)
  }

  /** One load for all who ask meanwhile. */
  #fly(name: string, question: Question<unknown>, { renewing = false } = {}): Promise<Found> {
    const sequence = this.#marks.sequence
    const found = this.#find(name, question, { sequence, renewing }).finally(() => {
      if (this.#flights.get(name)?.found === found) this.#flights.delete(name)
    })
    this.#flights.set(name, { sequence, found })
    return found
  }

  async #find(
    name: string,
    question: Question<unknown>,
    { sequence, renewing }: { sequence: number; renewing: boolean },
  ): Promise<Found> {
    const { cache, tags, ttlMs } = question
    const shared = await this.#shared?.read(name, tags)
    if (shared) {
      // Another process began it: of two processes only the wall clocks can be compared.
      const age = Math.max(0, this.#clock.now() - shared.begunAtMs)
      const isInTime = renewing ? isYoung(question, age) : age < ttlMs
      const isGood = isInTime && this.#marks.allowsShared(tags, shared.begunAtMs)
      this.#countLayer(cache, 'redis', isGood ? 'hit' : 'miss')
      if (isGood) {
        this.#keep(name, question, sequence, { value: shared.value, begunAtMs: this.#clock.steady() - age })
        return { value: shared.value, layer: 'redis' }
      }
    } else if (this.#shared) this.#countLayer(cache, 'redis', 'miss')
    const bornMs = question.bornMs ?? 0
    const [begunAtMs, begunSteadyMs] = [this.#clock.now() - bornMs, this.#clock.steady() - bornMs]
    // What was dropped while Redis was asked is not in the way of an answer that only begins now, unless it is born older: a replica
    // may not know yet of what it was dropped for.
    const begun = bornMs === 0 ? this.#marks.sequence : sequence
    this.#countLayer(cache, 'source', 'hit')
    const value = await question.load()
    if (value !== undefined && this.#keep(name, question, begun, { value, begunAtMs: begunSteadyMs }))
      this.#shared?.write(name, { value, begunAtMs }, ttlMs - bornMs)
    return { value, layer: 'source' }
  }

  #keep(name: string, question: Question<unknown>, sequence: number, entry: Omit<MemoryEntry, 'tags'>): boolean {
    if (!this.#marks.allowsOwn(question.tags, sequence)) return false
    this.#memory.set(name, { ...entry, tags: question.tags })
    return true
  }

  /** The answer; or the last one that is still good enough, if the source is unavailable or slow. */
  async #orLast(question: Question<unknown>, kept: MemoryEntry | undefined, found: Promise<Found>): Promise<Found> {
    const age = kept && this.#clock.steady() - kept.begunAtMs
    if (kept === undefined || age === undefined || age >= question.ttlMs + (question.graceMs ?? 0)) return await found
    const last: Found = { value: kept.value, layer: 'memory' }
    const guarded = found.catch((error: unknown) => {
      // Dropped meanwhile: its owner has changed it, and would not know it again.
      if (!isTransient(error) || this.#memory.get(nameOf(question)) !== kept) throw error
      return last
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs, 'late')
    })
    try {
      const first = await Promise.race([guarded, patience])
      if (first !== 'late') return first
      guarded.catch(() => undefined)
      return this.#memory.get(nameOf(question)) === kept ? last : await guarded
    } finally {
      clearTimeout(timer)
    }
  }

  /** Each question once: what it did not ask the source for itself is a hit, and the last answer in its stead is stale. */
  #count(cache: string, inAll: Answer, inMemory: Answer): void {
    this.#metrics.cacheTotal.inc({ cache, answer: inAll })
    this.#countLayer(cache, 'memory', inMemory)
  }

  #countLayer(cache: string, layer: Found['layer'], answer: Answer): void {
    this.#metrics.cacheLayerTotal.inc({ cache, layer, answer })
  }
}

type Answer = 'hit' | 'miss' | 'stale'

function isYoung({ ttlMs, bornMs = 0 }: Question<unknown>, ageMs: number): boolean {
  return ageMs < ttlMs - (ttlMs - bornMs) / 3
}

const nameOf = ({ cache, key }: Question<unknown>): string => `${cache}\u0000${key}`
