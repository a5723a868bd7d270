import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RedisConnection } from '@species/cache'

/** Bounds how often a principal or an address may ask. */
export interface RateLimiter {
  take(key: string): Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>
}

export interface RateLimit {
  readonly points: number
  readonly perSeconds: number
}

/** Counts in this process. */
export function createMemoryRateLimiter(limit: RateLimit): RateLimiter {
  const limiter = new RateLimiterMemory({ points: limit.points, duration: limit.perSeconds })
  return { take: (key) => answer(limiter.consume(key)) }
}

/**
 * Counts for all processes in Redis. While Redis is unavailable or slow each process counts for itself: the bound is then as many times
 * as wide as there are processes, and no caller waits or is refused for it.
 *
 * A process takes its points in small parcels, so that not every request asks Redis. What it has taken and not used is lost at
 * the end of the time: the bound is never exceeded, and may bite a parcel early for each process.
 */
export function createRedisRateLimiter(limit: RateLimit, redis: RedisConnection, prefix = 'species'): RateLimiter {
  const insurance = createMemoryRateLimiter(limit)
  const shared = new RateLimiterRedis({
    storeClient: redis.client,
    points: limit.points,
    duration: limit.perSeconds,
    keyPrefix: `${prefix}:limit`,
    rejectIfRedisNotReady: true,
  })
  const parcel = Math.max(1, Math.floor(limit.points / 50))
  const parcels = new Parcels()
  const fetches = new Map<string, Promise<Taken | undefined>>()
  const fetch = (key: string): Promise<Taken | undefined> => {
    const taken = redis
      .ask(() => consume(shared, key, parcel))
      .then((one) => {
        if (one?.allowed === true) parcels.put(key, parcel, one.msBeforeNext)
        return one
      })
      .finally(() => fetches.delete(key))
    fetches.set(key, taken)
    return taken
  }
  return {
    async take(key) {
      while (!parcels.use(key)) {
        // Those who ask at the same time share a parcel: each with its own they would use up the bound and not the points.
        const taken = await (fetches.get(key) ?? fetch(key))
        if (taken === undefined) return await insurance.take(key)
        if (!taken.allowed) return taken
      }
      return { allowed: true }
    },
  }
}

type Taken = { allowed: true; msBeforeNext: number } | { allowed: false; retryAfterSeconds: number }

/** Throws only what is no answer: Redis is then given a rest. */
async function consume(limiter: RateLimiterRedis, key: string, points: number): Promise<Taken> {
  try {
    return { allowed: true, msBeforeNext: (await limiter.consume(key, points)).msBeforeNext }
  } catch (refused) {
    return refusal(refused)
  }
}

async function answer(consumed: Promise<RateLimiterRes>): Promise<Awaited<ReturnType<RateLimiter['take']>>> {
  try {
    await consumed
    return { allowed: true }
  } catch (refused) {
    return refusal(refused)
  }
}

function refusal(refused: unknown): { allowed: false; retryAfterSeconds: number } {
  if (!(refused instanceof RateLimiterRes)) throw refused
  return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1_000)) }
}

/** Points that were taken in Redis and not used yet. */
class Parcels {
  #parcels = new Map<string, { left: number; untilMs: number }>()

  use(key: string): boolean {
    const parcel = this.#parcels.get(key)
    if (!parcel || parcel.left === 0 || parcel.untilMs <= performance.now()) return false
    parcel.left--
    return true
  }

  put(key: string, left: number, forMs: number): void {
    // Keys come from addresses too: a client with many must not fill the memory.
    if (this.#parcels.size > 50_000) this.#parcels = new Map()
    this.#parcels.set(key, { left, untilMs: performance.now() + Math.max(1, forMs) })
  }
}
