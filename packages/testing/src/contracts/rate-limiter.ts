import type { RateLimiter } from '@species/http'
import { afterAll, describe, expect, it } from 'vitest'

export interface RateLimiterUnderTest {
  /** A limiter of a process of its own; those with the same name share a bound where they can. */
  open(limit: { points: number; perSeconds: number }, name: string): Promise<RateLimiter>
  /** Whether several processes share a bound. */
  readonly shared: boolean
  dispose?(): Promise<void>
}

/** What every rate limiter promises: run on each implementation. */
export function describeRateLimiter(name: string, answers: boolean, under: RateLimiterUnderTest): void {
  const itShared: (name: string, test: () => Promise<void>) => void = under.shared ? it : () => undefined
  describe.skipIf(!answers)(`the contract of a rate limiter: ${name}`, () => {
    const fresh = (): string => `t${Math.floor(performance.timeOrigin)}-${++names}`
    const allowed = async (limiter: RateLimiter, key: string, times: number): Promise<number> => {
      const all = await Promise.all(Array.from({ length: times }, () => limiter.take(key)))
      return all.filter((one) => one.allowed).length
    }
    afterAll(async () => {
      await under.dispose?.()
    })

    it('lets through exactly as many as its bound, one by one', async () => {
      const limiter = await under.open({ points: 3, perSeconds: 60 }, fresh())
      const seen: boolean[] = []
      for (let n = 0; n < 5; n++) seen.push((await limiter.take('ann')).allowed)
      expect(seen).toEqual([true, true, true, false, false])
    })

    it('lets through as many at once as its bound, and no more', async () => {
      const limiter = await under.open({ points: 600, perSeconds: 60 }, fresh())
      expect(await allowed(limiter, 'ann', 500)).toBe(500)
      expect(await allowed(limiter, 'ann', 500)).toBe(100)
    })

    it('says when to come again, in whole seconds, and lets through then', async () => {
      const limiter = await under.open({ points: 1, perSeconds: 1 }, fresh())
      await limiter.take('ann')
      expect(await limiter.take('ann')).toEqual({ allowed: false, retryAfterSeconds: 1 })
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      expect(await limiter.take('ann')).toEqual({ allowed: true })
    })

    it('counts each key for itself', async () => {
      const limiter = await under.open({ points: 2, perSeconds: 60 }, fresh())
      expect([await allowed(limiter, 'ann', 5), await allowed(limiter, 'bob', 5)]).toEqual([2, 2])
    })

    itShared('has one bound for all processes', async () => {
      const name = fresh()
      const limiters = await Promise.all([1, 2, 3].map(() => under.open({ points: 30, perSeconds: 60 }, name)))
      const each = await Promise.all(limiters.map((limiter) => allowed(limiter, 'ann', 30)))
      expect(each.reduce((sum, one) => sum + one, 0)).toBe(30)
    })
  })
}

let names = 0
