import { createInProcessBus } from '@species/bus'
import { fromStored } from '@species/flow'
import { createTieredCache } from '@species/cache'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { manualClock } from '@species/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { settledOf } from '../test-world.ts'
import type { PageQueries } from './deps.ts'
import { PageCache, market } from './page-cache.ts'

const primary = { from: 'primary' } as unknown as PageQueries
const replica = { from: 'replica' } as unknown as PageQueries
const clock = manualClock()
const metrics = createMetrics()
const deadLetters = { countAttempt: async () => 1, park: async () => undefined }

describe('pages read from replicas that know everything older than a second', () => {
  let pages: PageCache
  let settle: (onliId: string) => Promise<void>
  const whence = (subject: string, key = 'k'): Promise<string> =>
    pages.get('balance', subject, key, async (queries) => (queries as unknown as { from: string }).from)

  beforeEach(() => {
    const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 1, ids: systemIds, metrics })
    settle = (onliId) => bus.publish(fromStored('settled', { trace: 't' }, settledOf(onliId)))
    pages = new PageCache({
      bus,
      clock,
      queries: primary,
      replica: { queries: replica, maxLagMs: 1_000 },
      cache: createTieredCache({ clock, metrics, log: silentLogger }),
    })
  })

  test('come from a replica', async () => {
    expect(await whence('ann')).toBe('replica')
  })

  test('come from the primary for whoever has just written, until every replica knows of it', async () => {
    await whence('ann')
    await settle('ann')
    expect([await whence('ann'), await whence('cat')]).toEqual(['primary', 'replica'])
    clock.advance(1_000)
    expect(await whence('ann', 'another')).toBe('primary')
    clock.advance(1)
    expect(await whence('ann', 'a third')).toBe('replica')
  })

  test('come from the primary where a replica does not have them yet', async () => {
    const found = await pages.get('receipt', 'ann', 'r', async (queries) => (queries === primary ? 'there' : undefined))
    expect(found).toBe('there')
  })

  test('are no older than their life and the lag together, the market’s than a second', async () => {
    let asked = 0
    const ask = (): Promise<number> => pages.get('balance', 'dan', 'k', async () => ++asked)
    await ask()
    const askMarket = (): Promise<number> => pages.get('listings', market, 'k', async () => ++askedMarket)
    let askedMarket = 0
    await askMarket()
    clock.advance(999)
    expect([await ask(), await askMarket()]).toEqual([1, 1])
    clock.advance(1)
    expect([await ask(), await askMarket()]).toEqual([1, 2])
    clock.advance(3_999)
    expect(await ask()).toBe(1)
    clock.advance(1)
    expect(await ask()).toBe(2)
  })
})

test('a process that keeps no pages hears of no writes, and so reads from the primary alone', async () => {
  const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 1, ids: systemIds, metrics })
  const pages = new PageCache({
    bus,
    clock,
    queries: primary,
    replica: { queries: replica, maxLagMs: 1_000 },
    cache: undefined,
  })
  expect(await pages.get('balance', 'ann', 'k', async (queries) => queries)).toBe(primary)
})
