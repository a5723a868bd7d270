import { manualClock, redisAnswers, redisUrl } from '@species/testing'
import { describeCache } from '@species/testing/contracts'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '@species/platform'
import { createMetrics } from '@species/platform'
import { type RedisConnection, openRedis } from './redis.ts'
import { type TieredCache, createTieredCache } from './tiered-cache.ts'

const log = silentLogger

describeCache('memory alone', true, {
  shared: false,
  open: async ({ clock, metrics }) => createTieredCache({ clock, metrics, log, patienceMs: 50 }),
})

const opened: RedisConnection[] = []
async function openReady(url = redisUrl, timeoutMs = 1_000): Promise<RedisConnection> {
  const redis = openRedis(url, { log, timeoutMs })
  opened.push(redis)
  if (redis.client.status !== 'ready') await once(redis.client, 'ready')
  return redis
}

describeCache('memory before Redis [needs Redis]', redisAnswers, {
  shared: true,
  open: async ({ clock, metrics, name }) => {
    const redis = await openReady()
    const cache = createTieredCache({ clock, metrics, log, redis, prefix: name, patienceMs: 50 })
    // As it begins to listen it drops everything, which is another test's subject.
    await vi.waitFor(
      () => {
        expect(cache.droppedSince('unknown', clock.now())).toBe(true)
      },
      { timeout: 10_000, interval: 2 },
    )
    return cache
  },
  dispose: async () => {
    await Promise.all(opened.map((one) => one.close()))
  },
})

describe('a cache before a Redis that is not as it should be', () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
  const clock = manualClock()
  const over = (url: string): { cache: TieredCache; redis: RedisConnection } => {
    const redis = openRedis(url, { log })
    closers.push(() => redis.close())
    return {
      redis,
      cache: createTieredCache({ clock, metrics: createMetrics(), log, redis, prefix: `t${clock.now()}` }),
    }
  }
  let asked = 0
  const ask = (cache: TieredCache, key: string): Promise<string> =>
    cache.get({ cache: 'test', key, ttlMs: 1_000, tags: [key], load: async () => `answer ${++asked}` })

  it('answers from memory and the source where there is none', async () => {
    const { cache } = over('redis://127.0.0.1:1')
    asked = 0
    expect([await ask(cache, 'a'), await ask(cache, 'a'), await ask(cache, 'b')]).toEqual([
      'answer 1',
      'answer 1',
      'answer 2',
    ])
    cache.invalidate(['a'])
    expect(await ask(cache, 'a')).toBe('answer 3')
  })

  it.skipIf(!redisAnswers)('waits for a slow one once, and then does without it [needs Redis]', async () => {
    const through = await proxy(closers)
    const { cache, redis } = over(through.url)
    if (redis.client.status !== 'ready') await once(redis.client, 'ready')
    through.delayMs = 500
    const times: number[] = []
    for (const key of ['a', 'b', 'c', 'd']) {
      const begun = performance.now()
      await ask(cache, key)
      times.push(performance.now() - begun)
    }
    expect(Math.max(...times)).toBeLessThan(400)
    expect(redis.isAnswering).toBe(false)
  })

  it.skipIf(!redisAnswers)('comes back to one that was gone [needs Redis]', async () => {
    const through = await proxy(closers)
    const { cache, redis } = over(through.url)
    if (redis.client.status !== 'ready') await once(redis.client, 'ready')
    through.cut()
    await ask(cache, 'a')
    const until = performance.now() + 5_000
    while (!redis.isAnswering && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(redis.isAnswering).toBe(true)
    expect(await redis.ask((client) => client.ping())).toBe('PONG')
  })

  it.skipIf(!redisAnswers)('takes nothing from one that holds what is not ours [needs Redis]', async () => {
    const { cache, redis } = over(redisUrl)
    if (redis.client.status !== 'ready') await once(redis.client, 'ready')
    for (const foreign of ['{', '[]', '"x"', '{"begunAtMs":1}']) {
      await redis.client.set(`t${clock.now()}:cache:a:test\u0000${foreign}`, foreign, 'PX', 1_000)
      expect(await ask(cache, foreign)).toMatch('answer')
    }
    await redis.client.publish(`t${clock.now()}:cache:dropped`, 'nonsense')
  })
})

/** Stands before Redis, and makes it slow or cuts it off. */
async function proxy(closers: (() => unknown)[]): Promise<{ url: string; delayMs: number; cut(): void }> {
  const { hostname, port } = new URL(redisUrl)
  const sockets = new Set<Socket>()
  const self = {
    url: '',
    delayMs: 0,
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      from.on('data', (data) => setTimeout(() => to.writable && to.write(data), self.delayMs))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  self.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  closers.push(() => {
    self.cut()
    server.close()
  })
  return self
}
