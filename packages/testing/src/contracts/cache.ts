import type { TieredCache } from '@species/cache'
import { type Metrics, createMetrics } from '@species/platform'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ManualClock, manualClock } from '../clock.ts'

export interface CacheUnderTest {
  /** A cache of a process of its own; all of one test that were opened with the same name share what they can. */
  open(context: { clock: ManualClock; metrics: Metrics; name: string }): Promise<TieredCache>
  /** Whether several processes share answers. */
  readonly shared: boolean
  dispose?(): Promise<void>
}

/** What every cache promises: run on each form of it. */
export function describeCache(name: string, answers: boolean, under: CacheUnderTest): void {
  const itShared: (name: string, test: () => Promise<void>) => void = under.shared ? it : () => undefined
  describe.skipIf(!answers)(`the contract of a cache: ${name}`, () => {
    let clock: ManualClock
    let metrics: Metrics
    let source: { value: unknown; asked: number; fails?: Error; gate?: Promise<undefined> }
    let cache: TieredCache
    let world = ''
    const ask = (
      one = cache,
      more: { key?: string; tags?: string[]; graceMs?: number; bornMs?: number } = {},
    ): Promise<unknown> =>
      one.get({
        cache: 'test',
        key: more.key ?? 'k',
        ttlMs: 1_000,
        ...(more.graceMs === undefined ? {} : { graceMs: more.graceMs }),
        ...(more.bornMs === undefined ? {} : { bornMs: more.bornMs }),
        tags: more.tags ?? ['ann'],
        load: async () => {
          source.asked++
          const { value, fails } = source
          await source.gate
          if (fails) throw fails
          return value
        },
      })
    const another = (): Promise<TieredCache> => under.open({ clock, metrics, name: world })
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })

    afterAll(async () => {
      await under.dispose?.()
    })
    beforeEach(async () => {
      clock = manualClock(Date.now())
      metrics = createMetrics()
      source = { value: { n: 1, list: ['ü', null], none: false }, asked: 0 }
      world = `t${Math.floor(performance.timeOrigin)}-${++worlds}`
      cache = await another()
    })

    it('gives what the source gave until its time is over, and then asks again', async () => {
      expect(await ask()).toEqual(source.value)
      clock.advance(666)
      expect(await ask()).toEqual(source.value)
      expect(source.asked).toBe(1)
      clock.advance(334)
      source.value = { n: 2 }
      expect(await ask()).toEqual({ n: 2 })
    })

    it('gives an answer in the last third of its life and renews it once, which nobody waits for', async () => {
      await ask()
      clock.advance(667)
      source.value = { n: 2 }
      const { promise, resolve } = Promise.withResolvers<undefined>()
      source.gate = promise
      expect([await ask(), await ask()]).toMatchObject([{ n: 1 }, { n: 1 }])
      resolve(undefined)
      await vi.waitFor(async () => {
        expect(await ask()).toEqual({ n: 2 })
      })
      expect(source.asked).toBe(2)
      // What was renewed lives from then on.
      clock.advance(666)
      expect(await ask()).toEqual({ n: 2 })
      expect(source.asked).toBe(2)
    })

    it('tells nobody of a renewal that fails while there is an answer', async () => {
      await ask()
      clock.advance(667)
      source.fails = away
      expect(await ask()).toMatchObject({ n: 1 })
      await untilAsked(source, 2)
      expect(await ask()).toMatchObject({ n: 1 })
      clock.advance(333)
      await expect(ask()).rejects.toBe(away)
    })

    it('never keeps an answer that is born old where it was dropped before the source was asked', async () => {
      const old = ask(cache, { bornMs: 100 })
      expect(source.asked).toBe(0)
      cache.forget(['ann'])
      await old
      source.value = 'new'
      expect(await ask()).toBe('new')
    })

    it('keeps no renewal of what was dropped meanwhile', async () => {
      await ask()
      clock.advance(667)
      const { promise, resolve } = Promise.withResolvers<undefined>()
      source.gate = promise
      expect(await ask()).toMatchObject({ n: 1 })
      await untilAsked(source, 2)
      cache.invalidate(['ann'])
      resolve(undefined)
      source.value = { n: 3 }
      expect([await ask(), await ask()]).toEqual([{ n: 3 }, { n: 3 }])
      expect(source.asked).toBe(3)
    })

    it('keeps keys apart, and nothing that is not there', async () => {
      source.value = undefined
      expect(await ask()).toBeUndefined()
      source.value = 'here'
      expect([await ask(), await ask(cache, { key: 'other' })]).toEqual(['here', 'here'])
      expect(source.asked).toBe(3)
    })

    it('asks the source once for many who ask at the same time', async () => {
      const all = await Promise.all(Array.from({ length: 50 }, () => ask()))
      expect([source.asked, new Set(all.map((one) => JSON.stringify(one))).size]).toEqual([1, 1])
    })

    it('drops what depends on a tag, at once, and nothing else', async () => {
      await ask()
      await ask(cache, { key: 'bobs', tags: ['bob'] })
      source.value = 'new'
      cache.invalidate(['ann'])
      expect(await ask()).toBe('new')
      await ask(cache, { key: 'bobs', tags: ['bob'] })
      expect(source.asked).toBe(3)
    })

    it.each(['invalidate', 'forget'] as const)('never keeps an answer that was begun before %s', async (drop) => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      source.gate = promise
      const old = ask()
      await untilAsked(source)
      source.value = 'new'
      cache[drop](['ann'])
      delete source.gate
      // Whoever asks after it was dropped does not wait for the old one either.
      expect(await ask()).toBe('new')
      resolve(undefined)
      await old
      expect(await ask()).toBe('new')
    })

    it('gives the last answer while the source is away, for its grace and no longer', async () => {
      await ask(cache, { graceMs: 5_000 })
      source.fails = away
      clock.advance(5_999)
      expect(await ask(cache, { graceMs: 5_000 })).toEqual({ n: 1, list: ['ü', null], none: false })
      clock.advance(1)
      await expect(ask(cache, { graceMs: 5_000 })).rejects.toBe(away)
    })

    it('gives no last answer where there is no grace, where it was dropped, or where the source is wrong rather than away', async () => {
      await ask()
      source.fails = away
      clock.advance(1_000)
      await expect(ask()).rejects.toBe(away)
      cache.invalidate(['ann'])
      await expect(ask(cache, { graceMs: 5_000 })).rejects.toBe(away)
      delete source.fails
      clock.advance(1_000)
      await ask()
      source.fails = new Error('a bug')
      clock.advance(1_000)
      await expect(ask(cache, { graceMs: 5_000 })).rejects.toThrow('a bug')
    })

    it('gives the last answer where the source takes too long', async () => {
      await ask(cache, { graceMs: 5_000 })
      clock.advance(1_000)
      const { promise, resolve } = Promise.withResolvers<undefined>()
      source.gate = promise
      source.value = 'slow'
      expect(await ask(cache, { graceMs: 5_000 })).toMatchObject({ n: 1 })
      resolve(undefined)
      await new Promise((done) => setTimeout(done, 10))
      expect(await ask(cache, { graceMs: 5_000 })).toBe('slow')
    })

    it('counts its hits and misses, in all and by layer', async () => {
      await ask()
      await ask()
      await ask()
      expect(await metrics.registry.getSingleMetricAsString('species_cache_total')).toMatch(
        /(answer="miss"\} 1\n[^]*answer="hit"\} 2)|(answer="hit"\} 2\n[^]*answer="miss"\} 1)/,
      )
      expect(await metrics.registry.getSingleMetricAsString('species_cache_layer_total')).toContain(
        'species_cache_layer_total{cache="test",layer="memory",answer="hit"} 2',
      )
    })

    it('counts the last answer that it gives in the source’s stead once, as stale, and what it cannot answer as a miss', async () => {
      await ask(cache, { graceMs: 5_000 })
      source.fails = away
      clock.advance(1_000)
      await Promise.all([ask(cache, { graceMs: 5_000 }), ask(cache, { graceMs: 5_000 })])
      await expect(ask(cache, { key: 'other' })).rejects.toBe(away)
      const counts = async (name: string): Promise<unknown[]> =>
        ((await metrics.registry.getSingleMetric(name)?.get())?.values ?? []).map(({ value, labels }) => [
          labels['layer'],
          labels['answer'],
          value,
        ])
      expect(await counts('species_cache_total')).toEqual([
        [undefined, 'miss', 2],
        [undefined, 'stale', 2],
      ])
      expect(await counts('species_cache_layer_total')).toEqual(
        expect.arrayContaining([
          ['memory', 'miss', 2],
          ['memory', 'stale', 2],
          ['source', 'hit', 3],
        ]),
      )
    })

    it('knows since when it has dropped what depends on a tag', () => {
      clock.advance(1_000)
      const atMs = clock.now()
      cache.forget(['ann'])
      clock.advance(1_000)
      expect([
        cache.droppedSince('ann', atMs),
        cache.droppedSince('ann', atMs + 1),
        cache.droppedSince('bob', atMs),
      ]).toEqual([true, false, false])
    })

    itShared('takes over what another process has asked', async () => {
      const other = await another()
      // Who has only begun to listen trusts nothing that was begun before.
      clock.advance(1_000)
      await ask()
      await new Promise((done) => setTimeout(done, 100))
      expect(await ask(other)).toEqual(source.value)
      expect(source.asked).toBe(1)
    })

    itShared('drops in every process within a second what one has invalidated', async () => {
      const others = await Promise.all([another(), another()])
      await Promise.all([cache, ...others].map((one) => ask(one)))
      clock.advance(300)
      source.value = 'new'
      cache.invalidate(['ann'])
      const begun = performance.now()
      await eventually(async () => {
        expect(await Promise.all([cache, ...others].map((one) => ask(one)))).toEqual(['new', 'new', 'new'])
      })
      expect(performance.now() - begun).toBeLessThan(1_000)
    })

    itShared('does not take back from the others what it has forgotten itself', async () => {
      const other = await another()
      clock.advance(1_000)
      await ask()
      await ask(other)
      source.value = 'new'
      cache.forget(['ann'])
      expect(await ask()).toBe('new')
    })

    itShared('does not take over what was begun before it was dropped, though it did not hear of that', async () => {
      await ask()
      clock.advance(300)
      source.value = 'new'
      cache.invalidate(['ann'])
      await new Promise((done) => setTimeout(done, 100))
      expect(await ask(await another())).toBe('new')
    })
  })
}

let worlds = 0

async function untilAsked(source: { asked: number }, times = 1): Promise<void> {
  await eventually(async () => {
    expect(source.asked).toBe(times)
    await Promise.resolve(undefined)
  })
}

/** Tries again until it holds or five seconds are over. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const until = performance.now() + 5_000
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}
