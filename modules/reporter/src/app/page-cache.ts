import { type StoredReceipt, bookOf, endStates, partiesOf } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { TieredCache } from '@species/cache'
import type { Clock } from '@species/platform'
import type { PageQueries, ReporterDeps } from './deps.ts'

/** Every message drops what it changes; this is for a message that was lost. */
const lifeMs = 5_000
/** No message drops the market's pages when somebody buys: they would never be kept. */
const marketLifeMs = 1_000
/** How much older a page may be while the database is away. */
const graceMs = 60_000

/** Whose answers the open listings are: a name that no user may have, nor an event be sent to. */
export const market = '(market)'

/**
 * Keeps a user's pages for at most five seconds, and drops them as a message passes that changes what he has; the market's for
 * one second.
 *
 * A user reads his own write at once: balances change before the receipt is written, and whoever has heard of the end or seen the
 * receipt finds no older page. A page that was begun before such a message is
 * never kept, wherever it comes from. For as long as a replica may not know of it yet, his pages are read from the primary.
 * Where a message is lost or late, the page's life and the lag of a replica are the bound.
 */
export class PageCache {
  readonly #cache: TieredCache | undefined
  readonly #primary: PageQueries
  readonly #replica: ReporterDeps['replica']
  readonly #clock: Clock

  constructor(deps: Pick<ReporterDeps, 'bus' | 'clock' | 'queries' | 'replica'> & { cache: TieredCache | undefined }) {
    this.#cache = deps.cache
    this.#clock = deps.clock
    this.#primary = deps.queries
    this.#replica = deps.replica
    if (deps.cache) this.#listen(deps.bus, deps.cache)
  }

  /**
   * The kept page of `subject`, or a new one, loaded by queries that are fresh enough for him. What is not there (undefined) is
   * not kept: it may be there in a moment.
   */
  async get<T>(cache: string, subject: string, key: string, load: (queries: PageQueries) => Promise<T>): Promise<T> {
    // Who hears no messages cannot know whose pages are fresh.
    if (!this.#cache) return await load(this.#primary)
    const replica = this.#replicaFor(subject, this.#cache)
    const bornMs = replica?.maxLagMs ?? 0
    return await this.#cache.get({
      cache,
      key: `${subject} ${key}`,
      ttlMs: (subject === market ? marketLifeMs : lifeMs) + bornMs,
      bornMs,
      graceMs,
      tags: [subject],
      load: async () => (replica && (await load(replica.queries))) ?? (await load(this.#primary)),
    })
  }

  /**
   * Somebody has seen a receipt, and must see next what it did. Of a trade whose steps were handed over within another process the
   * first message to come here is that of its end, and that may still be on its way.
   */
  seen(receipt: Pick<StoredReceipt, 'owner' | 'parties' | 'issuedAtMs'>): void {
    if (this.#clock.now() - receipt.issuedAtMs < 2 * lifeMs) this.#cache?.forget([receipt.owner, ...receipt.parties])
  }

  /** The replica, unless his pages have changed so lately that it may not know of it. */
  #replicaFor(subject: string, cache: TieredCache): ReporterDeps['replica'] {
    const replica = this.#replica
    if (!replica || cache.droppedSince(subject, this.#clock.now() - replica.maxLagMs)) return undefined
    return replica
  }

  #listen(bus: Bus, cache: TieredCache): void {
    // A bus between processes tells each that keeps pages. One that ends with its process does not: the others are told over Redis.
    const drop = (subjects: readonly string[]): void => {
      if (bus.durable) cache.forget(subjects)
      else cache.invalidate(subjects)
    }
    for (const topic of ['funded', 'settled', 'released'] as const) {
      bus.tap(topic, ({ body }) => {
        drop(partiesOf(body))
      })
    }
    for (const topic of endStates) {
      bus.tap(topic, ({ body }) => {
        drop(body.parties)
      })
    }
    // A seller looks for his own listing when its receipt is there; other changes of the list may wait for its second.
    bus.tap('completed', ({ body }) => {
      const book = body.intent && bookOf(body.intent)
      if (book === 'opens' || book === 'takes back') drop([market])
    })
    bus.tap('payment.reversed', ({ body }) => {
      drop([body.claim.payer])
    })
  }
}
