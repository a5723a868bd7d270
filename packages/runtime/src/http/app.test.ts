import { Fault, ok } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { createMemoryRateLimiter } from '../rate-limiter.ts'
import { createHttpApp } from './app.ts'
import { type Endpoint, endpoint, json } from './endpoint.ts'

interface World {
  /** How many requests were verified. */
  verified: number
  /** Lets the requests that are worked on end. */
  readonly release: () => void
  ask(path: string, init?: RequestInit): Promise<Response>
}

function createWorld({ maxInFlight, points = 1e9 }: { maxInFlight?: number; points?: number } = {}): World {
  const held = Promise.withResolvers<undefined>()
  const responses = { 200: { description: 'Done' } }
  const endpoints: Endpoint[] = [
    endpoint({ method: 'post', path: '/slow', tag: 'T', summary: 'Slow', access: 'trade', responses }, async () => {
      await held.promise
      return json(200, {})
    }),
    endpoint({ method: 'get', path: '/away', tag: 'T', summary: 'Away', access: 'public', responses }, () => {
      throw new Fault('away', { retryable: true, publicMessage: 'It is away.' })
    }),
    endpoint({ method: 'get', path: '/page', tag: 'T', summary: 'Page', access: 'public', responses }, () =>
      json(200, {}),
    ),
    endpoint(
      { method: 'get', path: '/health', tag: 'T', summary: 'Health', access: 'public', always: true, responses },
      () => json(200, {}),
    ),
  ]
  const app = createHttpApp({
    endpoints,
    verifier: {
      verify: () => {
        world.verified++
        return Promise.resolve(ok({ principal: { onliId: 'a', keyId: 'k', scopes: ['trade'] }, resend: false }))
      },
    },
    limiter: createMemoryRateLimiter({ points, perSeconds: 60 }),
    log: silentLogger,
    metrics: createMetrics(),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
  })
  const world: World = {
    verified: 0,
    release: () => {
      held.resolve(undefined)
    },
    ask: async (path, init) => await app.request(path, init),
  }
  return world
}

const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code: unknown }).code
const until = async (world: World, verified: number): Promise<void> => {
  while (world.verified < verified) await new Promise(setImmediate)
}

describe('requests in flight', () => {
  it('are bounded: one more is answered 503 with when to come again, and nothing of it is verified', async () => {
    const world = createWorld({ maxInFlight: 2 })
    const working = [1, 2].map(() => world.ask('/slow', { method: 'POST' }))
    await until(world, 2)
    for (const refused of [await world.ask('/slow', { method: 'POST' }), await world.ask('/page')]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      expect(await codeOf(refused)).toBe('overloaded')
    }
    expect(world.verified).toBe(2)
    world.release()
    for (const one of await Promise.all(working)) expect(one.status).toBe(200)
    expect((await world.ask('/slow', { method: 'POST' })).status).toBe(200)
  })

  it('do not keep people from seeing what is wrong', async () => {
    const world = createWorld({ maxInFlight: 0 })
    expect((await world.ask('/page')).status).toBe(503)
    expect((await world.ask('/health')).status).toBe(200)
  })

  it('are not those whose bodies are still on their way: who sends slowly keeps nobody out', async () => {
    const world = createWorld({ maxInFlight: 1 })
    const ended = Promise.withResolvers<undefined>()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await ended.promise
        controller.close()
      },
    })
    const slow = world.ask('/slow', { method: 'POST', body, duplex: 'half' })
    expect((await world.ask('/page')).status).toBe(200)
    world.release()
    ended.resolve(undefined)
    expect((await slow).status).toBe(200)
  })

  it('are fewer again after a failure', async () => {
    const world = createWorld({ maxInFlight: 1 })
    for (let times = 0; times < 3; times++) expect(await codeOf(await world.ask('/away'))).toBe('service_unavailable')
  })
})

describe('whoever is turned away is told when to come again', () => {
  it('429 rate_limited', async () => {
    const world = createWorld({ points: 1 })
    await world.ask('/page')
    const refused = await world.ask('/page')
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('503 service_unavailable', async () => {
    const refused = await createWorld().ask('/away')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  })
})
