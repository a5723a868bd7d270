import { wireEventSchema } from '@species/contracts'
import type { Database } from '@species/database'
import { Problem, type RateLimiter, createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sweep } from '../app/sweep.ts'
import { maxUnprovenPerOwner, maxWatchedPerOwner } from '../app/unproven-payments.ts'
import { marketplaceApiModule } from '../index.ts'
import { followEvents } from '../messages/follow-events.ts'
import { type World, createWorld, emptyEvents } from '../test-world.ts'
import { postEvent } from './post-event.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await emptyEvents(database)
  world = await createWorld(database)
})

const wire = { eventId: 'event-0001', from: 'alice', to: 'bob', amount: 5 }

/** Status and body of a post by alice, or the problem's code. */
async function post(body: object): Promise<unknown> {
  const call = {
    principal: { onliId: 'alice', keyId: 'k', scopes: [] },
    body: wireEventSchema.parse(body),
    rawBody: JSON.stringify(body),
    trace: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    params: {},
    query: {},
    headers: new Headers(),
    signal: new AbortController().signal,
    network: 'local',
    requestId: 'r',
    resend: false,
    changed: () => undefined,
  }
  try {
    const response = await postEvent(world.deps, world.accept).handle(call)
    return [response.status, await response.json()]
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

describe('posting an event', () => {
  it('answers 202 with where to look, and a resend with the same', async () => {
    const first = await post(wire)
    expect(first).toMatchObject([
      202,
      { eventId: 'event-0001', status: 'accepted', links: { receipt: '/marketplace/v1/receipts/event-0001' } },
    ])
    world.clock.advance(1_000)
    expect(await post({ ...wire, amount: '5' })).toEqual(first)
  })

  it.each([{ usdtAddress: 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe' }, { chain: 'TRON' }])(
    'refuses proceeds to an address without its chain, or the reverse: %o',
    async (more) => {
      const putProceeds = { currency: 'USDT', unitPrice: '1', ...more }
      expect(await post({ ...wire, putProceeds })).toBe('invalid_request')
    },
  )

  it('accepts proceeds to an address only where payouts allow it, and still gives a resend its first answer', async () => {
    const usdtAddress = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'
    const sale = { ...wire, to: 'market', putProceeds: { currency: 'USDT', chain: 'TRON', usdtAddress } }
    const first = await post(sale)
    expect(first).toMatchObject([202, {}])
    world.proceeds = { ok: false, refusal: { code: 'unknown_destination', detail: 'it was removed' } }
    expect(await post({ ...sale, eventId: 'event-0002' })).toBe('unknown_destination')
    expect(await post(sale)).toEqual(first)
    const body = world.published[0]?.body as { eventKey: string }
    const asked = await marketplaceApiModule.queries(database).proceedsAsked([body.eventKey])
    expect(asked).toEqual([
      { eventKey: body.eventKey, owner: 'alice', eventId: 'event-0001', chain: 'TRON', address: usdtAddress },
    ])
  })

  it('refuses to act for somebody else', async () => {
    expect(await post({ ...wire, from: 'bob', to: 'alice' })).toBe('not_your_account')
  })

  it.each([
    [
      'trading_halted',
      () => {
        world.trading = 'off'
      },
    ],
    [
      'overloaded',
      () => {
        world.waiting = 201
      },
    ],
    [
      'service_unavailable',
      () => {
        world.newest = 8
      },
    ],
  ])('%s: takes nothing new, and still gives a resend its first answer', async (code, close) => {
    const first = await post(wire)
    close()
    expect(await post({ ...wire, eventId: 'event-0002' })).toBe(code)
    expect(await post(wire)).toEqual(first)
    expect(await post({ ...wire, amount: 6 })).toBe('event_id_conflict')
    expect(world.published).toHaveLength(1)
  })
})

/** Posts over HTTP, as alice unless the body says from whom; status, code and `Retry-After`. */
function door(limiter: RateLimiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })) {
  let caller = { onliId: 'alice', keyId: 'k', scopes: ['trade' as const] }
  const app = createHttpApp({
    endpoints: [postEvent(world.deps, world.accept)],
    verifier: {
      verify: async (_request, admit) => {
        await admit?.(caller, Date.now())
        return { ok: true, value: { principal: caller, resend: false } }
      },
    },
    limiter,
    log: silentLogger,
    metrics: createMetrics(),
  })
  return async (
    eventId: string,
    more: { from?: string } & Record<string, unknown> = {},
  ): Promise<{ status: number; code: unknown; retryAfter: string | null }> => {
    caller = { ...caller, onliId: more.from ?? 'alice' }
    const response = await app.request('/marketplace/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...wire, eventId, ...more }),
    })
    const { code } = (await response.json()) as { code?: unknown }
    return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
  }
}

describe('whoever is turned away is told when to come again', () => {
  it('429 rate_limited', async () => {
    const post = door(createMemoryRateLimiter({ points: 1, perSeconds: 60 }))
    expect(await post('event-0001')).toMatchObject({ status: 202, retryAfter: null })
    const answer = await post('event-0002')
    expect(answer).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(answer.retryAfter)).toBeGreaterThan(0)
    expect(Number(answer.retryAfter)).toBeLessThanOrEqual(60)
  })

  it('429 too_many_unproven_payments, for a payment on a chain alone, and never for a resend', async () => {
    const payment = (n: number) => ({
      to: 'treasury',
      payWith: { source: 'chain', currency: 'USDT', chain: 'ETH', proof: `0x${n.toString(16).padStart(64, '0')}` },
    })
    let waiting = 0
    world = { ...world, deps: { ...world.deps, unproven: async (owner) => (owner === 'alice' ? waiting : 0) } }
    const post = door()
    expect(await post('event-0001', payment(1))).toMatchObject({ status: 202 })
    waiting = maxUnprovenPerOwner
    world.clock.advance(500)
    expect(await post('event-0002', payment(2))).toEqual({
      status: 429,
      code: 'too_many_unproven_payments',
      retryAfter: '30',
    })
    expect(await post('event-0001', payment(1))).toMatchObject({ status: 202 })
    expect(await post('event-0003')).toMatchObject({ status: 202 })
  })

  it('429 too_many_unproven_payments, with a longer wait, where an owner’s share of watched payments is full', async () => {
    world = { ...world, deps: { ...world.deps, watched: async (owner) => (owner ? maxWatchedPerOwner : 0) } }
    const payWith = { source: 'chain', currency: 'USDT', chain: 'ETH', proof: `0x${'1'.repeat(64)}` }
    expect(await door()('event-0001', { to: 'treasury', payWith })).toEqual({
      status: 429,
      code: 'too_many_unproven_payments',
      retryAfter: '3600',
    })
    expect(await door()('event-0001')).toMatchObject({ status: 202 })
  })

  it('503 trading_halted', async () => {
    world.trading = 'off'
    expect(await door()('event-0001')).toEqual({ status: 503, code: 'trading_halted', retryAfter: '30' })
  })

  it('503 overloaded beside others who fill the market, but not for an owner’s first event, nor for its resend', async () => {
    const post = door()
    world.waiting = 101
    const codes = []
    for (const eventId of ['event-0001', 'event-0002', 'event-0001']) codes.push((await post(eventId)).status)
    expect(codes).toEqual([202, 503, 202])
    expect(await post('event-0001', { from: 'carol' })).toMatchObject({ status: 202 })
  })

  it('503 overloaded', async () => {
    world.waiting = 201
    expect(await door()('event-0001')).toEqual({ status: 503, code: 'overloaded', retryAfter: '2' })
  })
})

it('the door stays closed while unfinished events are swept again and again, and opens when they end', async () => {
  const post = door()
  /** A post some time later, once the rows were counted. */
  const later = async (eventId: string) => {
    world.clock.advance(15_000)
    await sweep(world.deps)
    await post('event-0001')
    // One connection: what was asked before this has been answered.
    await database.query('SELECT 1')
    return (await post(eventId)).code
  }
  for (let n = 1; n <= 101; n++) await post(`event-${String(n).padStart(4, '0')}`)
  for (let times = 0; times < 40; times++) expect(await later('event-new1')).toBe('overloaded')

  const rows = await database.query<{ event_key: string; sweeps: number }>(
    'SELECT event_key, sweeps FROM marketplace_api.event_keys',
  )
  expect(rows).toHaveLength(101)
  expect(rows.every(({ sweeps }) => sweeps > 3)).toBe(true)
  const [one, ...rest] = rows.map(({ event_key }) => event_key)
  const hear = (topic: 'completed' | 'waiting', key = '', body = {}): Promise<unknown> | undefined =>
    followEvents(world.deps)
      .find((consumer) => consumer.topic === topic)
      ?.handle([messageOf(topic, key, body as never)])
  await hear('waiting', one, { eventKey: one, untilMs: world.clock.now() + 3_600_000 })
  for (const key of rest.slice(0, 49)) await hear('completed', key)
  // Half of the bound of 100 is an owner's who is alone: 51 are left, then 50, then 51 again.
  expect(await later('event-new1')).toBe('overloaded')
  await hear('completed', rest[49])
  expect(await later('event-new1')).toBeUndefined()
  expect(await later('event-new2')).toBe('overloaded')
  for (const key of rest.slice(50)) await hear('completed', key)
  expect(await later('event-new2')).toBeUndefined()
})
