import type { Database, WriteWatch } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { manualClock } from '@species/testing'
import { describe, expect, it } from 'vitest'
import { serveMetrics } from './endpoints.ts'
import { createHealth, healthEndpoints } from './health.ts'

function openWorld({ answerMs }: { answerMs?: number } = {}) {
  const clock = manualClock()
  const metrics = createMetrics()
  const world = {
    clock,
    metrics,
    query: async (): Promise<unknown[]> => [],
    isFull: false,
    nats: true,
    redis: true,
    asked: 0,
    async at(path: string): Promise<{ status: number; body: Record<string, unknown>; text: string }> {
      const response = await app.request(path)
      const text = await response.text()
      return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, text }
    },
  }
  const writes: Omit<WriteWatch, 'writes'> = {
    database: {
      query: async () => {
        world.asked++
        return await world.query()
      },
    } as unknown as Database,
    whyNoWrites: async () => (world.isFull ? 'full' : undefined),
  }
  const health = createHealth({
    ...writes,
    clock,
    metrics,
    isConnected: { nats: () => world.nats, redis: () => world.redis },
    ...(answerMs === undefined ? {} : { answerMs }),
  })
  const app = createHttpApp({
    endpoints: healthEndpoints(health),
    verifier: { verify: () => Promise.reject(new Error('nobody signs')) },
    limiter: createMemoryRateLimiter({ points: 1, perSeconds: 60 }),
    maxInFlight: 0,
    log: silentLogger,
    metrics,
  })
  return world
}

describe.each(['/health', '/health/ready'])('%s', (path) => {
  it('says ready, and what the process depends on', async () => {
    const world = openWorld()
    const since = new Date(world.clock.now()).toISOString()
    const up = { state: 'up', since }
    expect(await world.at(path)).toMatchObject({
      status: 200,
      body: { status: 'ready', parts: { database: up, nats: up, redis: up, moralis: up, tron: up, onli: up } },
    })
  })

  it('answers 200 and degraded while anything but the database is down, and tells which', async () => {
    const world = openWorld()
    world.nats = false
    world.metrics.breakerOpen.set({ breaker: 'moralis' }, 1)
    world.metrics.breakerOpen.set({ breaker: 'onli_questions' }, 1)
    world.metrics.breakerOpen.set({ breaker: 'onli_moves' }, 0)
    const { status, body } = await world.at(path)
    expect([status, body['status']]).toEqual([200, 'degraded'])
    expect(body['parts']).toMatchObject({
      nats: { state: 'down' },
      redis: { state: 'up' },
      moralis: { state: 'down' },
      tron: { state: 'up' },
      onli: { state: 'down' },
    })
  })

  it.each([
    [
      'down',
      'away',
      (world: ReturnType<typeof openWorld>) => {
        world.query = () => Promise.reject(new Error('connect ECONNREFUSED postgres://user:secret@10.0.0.5'))
      },
    ],
    [
      'down',
      'silent',
      (world: ReturnType<typeof openWorld>) => {
        world.query = () => new Promise(() => undefined)
      },
    ],
    [
      'full',
      'full',
      (world: ReturnType<typeof openWorld>) => {
        world.isFull = true
      },
    ],
  ])('is 503 with %s where the database is %s, and shows no address and no error', async (state, _how, damage) => {
    const world = openWorld({ answerMs: 20 })
    damage(world)
    const { status, body, text } = await world.at(path)
    expect([status, body]).toMatchObject([503, { code: 'service_unavailable', parts: { database: { state } } }])
    expect(text).not.toMatch(/ECONN|secret|10\.0\.0/)
  })

  it('asks once for all who probe, and refuses none of them', async () => {
    const world = openWorld()
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await world.at(path)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(world.asked).toBe(1)
  })
})

it('a port for metrics answers them and nothing else', async () => {
  const metrics = createMetrics()
  const at = async (path: string, method = 'GET'): Promise<Response> =>
    await serveMetrics(metrics, new Request(`http://10.0.0.5:9464${path}`, { method }))
  expect(await (await at('/metrics')).text()).toContain('species_http_request_seconds')
  for (const other of [await at('/'), await at('/health/ready'), await at('/metrics', 'POST')])
    expect([other.status, other.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
})
