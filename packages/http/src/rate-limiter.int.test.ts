import { once } from 'node:events'
import { redisAnswers, redisUrl } from '@species/testing'
import { describeRateLimiter } from '@species/testing/contracts'
import { afterAll, expect, it } from 'vitest'
import { type RedisConnection, openRedis } from '@species/cache'
import { silentLogger } from '@species/platform'
import { createMemoryRateLimiter, createRedisRateLimiter } from './rate-limiter.ts'

describeRateLimiter('in memory', true, { shared: false, open: async (limit) => createMemoryRateLimiter(limit) })

const opened: RedisConnection[] = []
const open = (url: string, timeoutMs: number): RedisConnection => {
  const redis = openRedis(url, { log: silentLogger, timeoutMs })
  opened.push(redis)
  return redis
}
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()))
})

describeRateLimiter('in Redis [needs Redis]', redisAnswers, {
  shared: true,
  open: async (limit, name) => {
    const redis = open(redisUrl, 1_000)
    if (redis.client.status !== 'ready') await once(redis.client, 'ready')
    return createRedisRateLimiter(limit, redis, name)
  },
})

describeRateLimiter('whose Redis is down', true, {
  shared: false,
  open: async (limit) => createRedisRateLimiter(limit, open('redis://127.0.0.1:1', 50)),
})

it('a rate limiter whose Redis is down keeps no caller waiting', async () => {
  const limiter = createRedisRateLimiter({ points: 10, perSeconds: 60 }, open('redis://127.0.0.1:1', 50))
  const begun = performance.now()
  await limiter.take('ann')
  expect(performance.now() - begun).toBeLessThan(40)
})
