import type { Principal } from '@species/contracts'
import { Fault, ok } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { silentLogger } from '@species/platform'
import { createMetrics } from '@species/platform'
import { createMemoryRateLimiter } from './rate-limiter.ts'
import { createHttpApp } from './app.ts'
import { type Endpoint, endpoint, json } from './endpoint.ts'

const freshUntilMs = Date.UTC(2026, 0, 1)

interface World {
  /** How many requests were verified. */
  verified: number
  /** How many of them went on to where their nonce is stored. */
  nonces: number
  readonly signedUrls: string[]
  /** Lets the requests that are worked on end. */
  readonly release: () => void
  ask(path: string, init?: RequestInit): Promise<Response>
}

interface Options {
  readonly maxInFlight?: number
  readonly points?: number
  readonly addressPoints?: number
  readonly publicUrl?: string
}

function createWorld({ maxInFlight, points = 1e9, addressPoints = 1e9, publicUrl }: Options = {}): World {
  const held = Promise.withResolvers<undefined>()
  const responses = { 200: { description: 'Done', schema: z.object({}) } }
  const common = { tag: 'Health', summary: 'For a test', description: 'For a test', problems: [], responses } as const
  const endpoints: Endpoint[] = [
    endpoint({ ...common, operationId: 'slow', method: 'post', path: '/slow', access: 'trade' }, async () => {
      await held.promise
      return json(200, {})
    }),
    endpoint({ ...common, operationId: 'away', method: 'get', path: '/away', access: 'public' }, () => {
      throw new Fault('bus_unavailable', { retryable: true, publicMessage: 'It is down.' })
    }),
    endpoint({ ...common, operationId: 'page', method: 'get', path: '/page', access: 'public' }, () => json(200, {})),
    endpoint({ ...common, operationId: 'health', method: 'get', path: '/health', access: 'public', always: true }, () =>
      json(200, {}),
    ),
  ]
  const app = createHttpApp({
    endpoints,
    verifier: {
      verify: async (request, admit) => {
        world.verified++
        world.signedUrls.push(request.url)
        const person = request.headers.get('x-person')
        const principal: Principal = {
          onliId: 'a',
          keyId: 'k',
          scopes: ['trade'],
          ...(person === null ? {} : { operatorId: person }),
        }
        await admit?.(principal, freshUntilMs)
        world.nonces++
        return ok({ principal, resend: false })
      },
    },
    limiter: createMemoryRateLimiter({ points, perSeconds: 60 }),
    addressLimiter: createMemoryRateLimiter({ points: addressPoints, perSeconds: 60 }),
    log: silentLogger,
    metrics: createMetrics(),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  })
  const world: World = {
    verified: 0,
    nonces: 0,
    signedUrls: [],
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

  it('are not those whose bodies are still on their way: a slow sender blocks no one', async () => {
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

describe('an answer to a signed request', () => {
  it('is stored by no cache, and one that is public says itself whether it is', async () => {
    const world = createWorld()
    world.release()
    expect((await world.ask('/slow', { method: 'POST' })).headers.get('cache-control')).toBe('no-store')
    expect((await world.ask('/page')).headers.get('cache-control')).toBeNull()
  })
})

describe('a caller that asks too often', () => {
  const post = { method: 'POST', headers: { 'content-encoding': 'identity' } }

  it('is told when to come again', async () => {
    const world = createWorld({ points: 1 })
    await world.ask('/page')
    const refused = await world.ask('/page')
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is turned away as a principal before a nonce is stored, and told until when the same request is good', async () => {
    const world = createWorld({ points: 1 })
    world.release()
    expect((await world.ask('/slow', post)).status).toBe(200)
    const refused = await world.ask('/slow', post)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', sameRequestUntil: '2026-01-01T00:00:00.000Z' })
    expect([world.verified, world.nonces]).toEqual([2, 1])
  })

  it('are bounded for each operator by themselves: one who asks too often stops no other from halting', async () => {
    const world = createWorld({ points: 2 })
    const ask = async (person: string): Promise<number> =>
      (await world.ask('/slow', { method: 'POST', headers: { 'x-person': person } })).status
    world.release()
    const answers = [await ask('olga'), await ask('olga'), await ask('olga'), await ask('pia'), await ask('pia')]
    expect(answers).toEqual([200, 200, 429, 200, 200])
  })

  it('is turned away by address before a signature is checked', async () => {
    const world = createWorld({ addressPoints: 1 })
    world.release()
    await world.ask('/slow', post)
    const refused = await world.ask('/slow', post)
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'rate_limited'])
    expect(world.verified).toBe(1)
  })

  it('takes no documentation either', async () => {
    const world = createWorld({ points: 1 })
    await world.ask('/page')
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui.css', '/errors/not_found'])
      expect([path, (await world.ask(path)).status]).toEqual([path, 429])
  })

  it('is turned away from addresses that answer nothing, as from the others', async () => {
    const world = createWorld({ points: 1 })
    await world.ask('/page')
    for (const [path, method] of [
      ['/nothing', 'GET'],
      ['/docs/nothing', 'GET'],
      ['/errors/nothing', 'GET'],
      ['/page', 'DELETE'],
    ] as const)
      expect([path, (await world.ask(path, { method })).status]).toEqual([path, 429])
  })

  it('still sees whether the process is well', async () => {
    const world = createWorld({ points: 1 })
    for (let times = 0; times < 5; times++) expect((await world.ask('/health')).status).toBe(200)
  })
})

it('503 service_unavailable says when to come again', async () => {
  const refused = await createWorld().ask('/away')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
})

it('a signature covers the public address and what the caller sent after it', async () => {
  const world = createWorld({ publicUrl: 'https://market.example/species' })
  world.release()
  await world.ask('/slow?', { method: 'POST' })
  expect(world.signedUrls).toEqual(['https://market.example/species/slow?'])
})

it('an encoded body is refused, and told what is taken', async () => {
  const refused = await createWorld().ask('/slow', { method: 'POST', headers: { 'content-encoding': 'gzip' } })
  expect([refused.status, await codeOf(refused)]).toEqual([415, 'unsupported_media_type'])
  expect(refused.headers.get('accept-encoding')).toBe('identity')
})

describe('the documentation', () => {
  it('is made once', async () => {
    const world = createWorld()
    const first = await (await world.ask('/openapi.json')).text()
    expect(JSON.parse(first)).toMatchObject({ openapi: '3.1.0', paths: { '/slow': {} } })
    expect(await (await world.ask('/openapi.json')).text()).toBe(first)
  })

  it.each(['/docs', '/docs/start.js', '/docs/swagger-ui.css', '/openapi.json', '/errors/not_found'])(
    '%s is taken for what it says it is, and loads nothing from elsewhere',
    async (path) => {
      const { status, headers } = await createWorld().ask(path)
      expect([status, headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    },
  )
})

describe('an address that does not answer a method', () => {
  it.each(['/openapi.json', '/docs', '/docs/start.js', '/docs/swagger-ui.css', '/errors/not_found', '/page'])(
    '%s names those that it answers',
    async (path) => {
      const world = createWorld()
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const refused = await world.ask(path, { method })
        expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
        expect(await codeOf(refused)).toBe('method_not_allowed')
      }
      expect((await world.ask(path, { method: 'HEAD' })).status).toBe(200)
    },
  )

  it('counts once against the address that asks', async () => {
    const world = createWorld({ points: 2 })
    for (const path of ['/errors/nothing', '/docs/nothing'])
      expect([path, (await world.ask(path)).status]).toEqual([path, 404])
    expect((await world.ask('/docs')).status).toBe(429)
  })
})
