import { once } from 'node:events'
import { type Bus, createInProcessBus } from '@species/bus'
import { fromStored } from '@species/flow'
import { createTieredCache, openRedis } from '@species/cache'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { manualClock, redisAnswers, redisUrl } from '@species/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settledOf } from '../test-world.ts'
import type { PageQueries } from './deps.ts'
import { PageCache } from './page-cache.ts'

describe.skipIf(!redisAnswers)('processes that share Redis and no bus [needs Redis]', () => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  const clock = manualClock(Date.now())
  const prefix = `pages${process.pid}.${Math.floor(performance.timeOrigin)}`
  const primary = {} as PageQueries
  const replica = {} as PageQueries
  let balance = 'old'

  /** Another process: a bus, a cache and a connection of its own. */
  async function start(): Promise<{ bus: Bus; page: () => Promise<string> }> {
    const metrics = createMetrics()
    const redis = openRedis(redisUrl, { log: silentLogger, timeoutMs: 1_000 })
    closers.push(() => redis.close())
    if (redis.client.status !== 'ready') await once(redis.client, 'ready')
    const deadLetters = { countAttempt: async () => 1, park: async () => undefined }
    const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 1, ids: systemIds, metrics })
    const cache = createTieredCache({ clock, metrics, log: silentLogger, redis, prefix })
    const pages = new PageCache({ bus, clock, queries: primary, replica: { queries: replica, maxLagMs: 1_000 }, cache })
    const load = async (queries: PageQueries): Promise<string> =>
      queries === primary ? `${balance}, from the primary` : `${balance}, from a replica`
    // Who begins to listen trusts nothing from before that: until then pages come from the primary.
    await vi.waitFor(() => {
      expect(cache.droppedSince('nobody', clock.now())).toBe(true)
    })
    clock.advance(1_500)
    return { bus, page: () => pages.get('balance', 'ann', 'k', load) }
  }

  test('a write that one of them hears of is seen at once through all of them', async () => {
    const one = await start()
    const two = await start()
    expect([await one.page(), await two.page()]).toEqual(['old, from a replica', 'old, from a replica'])
    balance = 'new'
    clock.advance(300)
    await one.bus.publish(fromStored('settled', { trace: 't' }, settledOf('ann')))
    expect(await one.page()).toBe('new, from the primary')
    await vi.waitFor(async () => {
      expect(await two.page()).toBe('new, from the primary')
    })
  })
})
