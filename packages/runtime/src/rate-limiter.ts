import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Bounds how often a principal or an address may ask. */
export interface RateLimiter {
  take(key: string): Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>
}

/** Counts in this process. */
export function createMemoryRateLimiter(options: { points: number; perSeconds: number }): RateLimiter {
  const limiter = new RateLimiterMemory({ points: options.points, duration: options.perSeconds })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return { allowed: true }
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1_000)) }
      }
    },
  }
}
