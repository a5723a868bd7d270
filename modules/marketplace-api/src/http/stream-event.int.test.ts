import { type StageMark, type State, states } from '@species/contracts'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { pgliteWith } from '@species/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { maxStreamsOfOwner } from '../domain/stream-places.ts'
import { marketplaceApiModule } from '../index.ts'
import { createWorld, emptyEvents, requestOf } from '../test-world.ts'
import { heartbeatMs, streamEvent } from './stream-event.ts'

let database: Database
let street: Awaited<ReturnType<typeof openStreet>>
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await emptyEvents(database)
  street = await openStreet()
})
afterEach(() => {
  vi.useRealTimers()
  street.leave()
})

/** Streams over the way in that every program has, and what they cost: questions to the database, and taps on the bus. */
async function openStreet(durable = false) {
  const world = await createWorld(database)
  const taps = new Map<State, Set<(message: { key: string }) => void>>()
  const asked: string[] = []
  const deps = {
    ...world.deps,
    database: {
      ...database,
      query: async <Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> => {
        asked.push(text)
        return await database.query<Row>(text, parameters)
      },
    },
    bus: {
      ...world.deps.bus,
      durable,
      tap: (topic: State, listener: (message: { key: string }) => void) => {
        const listeners = taps.get(topic) ?? new Set()
        taps.set(topic, listeners.add(listener))
        return () => listeners.delete(listener)
      },
    } as unknown as typeof world.deps.bus,
  }
  const leaving = new AbortController()
  let caller = 'alice'
  const unbounded = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  const app = createHttpApp({
    endpoints: [streamEvent(deps)],
    verifier: {
      verify: async () => ({
        ok: true,
        value: { principal: { onliId: caller, keyId: 'k', scopes: ['read'] }, resend: false },
      }),
    },
    limiter: unbounded,
    log: silentLogger,
    metrics: createMetrics(),
  })
  return {
    asked,
    marks: world.marks,
    async accept(eventId: string, owner: string) {
      const accepted = await world.accept(requestOf({ eventId, from: owner, to: 'zoe' }, owner))
      if (!accepted.ok) throw new Error(accepted.refusal.code)
      const [row] = await database.query<{ event_key: string }>(
        'SELECT event_key FROM marketplace_api.event_keys WHERE owner = $1 AND event_id = $2',
        [owner, eventId],
      )
      return row?.event_key ?? ''
    },
    async open(owner: string, eventId: string, method = 'GET') {
      caller = owner
      return await app.request(`/marketplace/v1/events/${eventId}/stream`, { method, signal: leaving.signal })
    },
    say: (state: State, key: string) => {
      for (const listener of [...(taps.get(state) ?? [])]) listener({ key })
    },
    /** How often each state is listened to. */
    heard: () => states.map((state) => taps.get(state)?.size ?? 0),
    leave: () => {
      leaving.abort()
    },
  }
}

/** Reads what comes next of a stream. */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value, done } = await reader.read()
  return done ? 'over' : (/"state":"(\w+)"/.exec(new TextDecoder().decode(value))?.[1] ?? '')
}
async function nextData(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<unknown> {
  const { value } = await reader.read()
  return JSON.parse(/^data: (.*)$/m.exec(new TextDecoder().decode(value))?.[1] ?? '{}')
}
const readerOf = (response: Response): ReadableStreamDefaultReader<Uint8Array> => {
  if (!response.body) throw new Error('no body')
  return response.body.getReader()
}

describe('a live stream', () => {
  it('tells each state once and is over with the end', async () => {
    const key = await street.accept('event-0001', 'alice')
    const reader = readerOf(await street.open('alice', 'event-0001'))
    expect(await next(reader)).toBe('accepted')
    street.say('classified', key)
    street.say('classified', key)
    street.say('completed', 'another event')
    street.say('failed', key)
    expect([await next(reader), await next(reader), await next(reader)]).toEqual(['classified', 'failed', 'over'])
    expect(street.heard()).toEqual(states.map(() => 0))
  })

  it('says every ten seconds that it is there, in a comment, and no more once it is over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const key = await street.accept('event-0001', 'alice')
    const reader = readerOf(await street.open('alice', 'event-0001'))
    expect(await next(reader)).toBe('accepted')
    for (const beat of [1, 2]) {
      vi.advanceTimersByTime(heartbeatMs)
      expect([beat, new TextDecoder().decode((await reader.read()).value)]).toEqual([beat, ': waiting\n\n'])
    }
    street.say('failed', key)
    expect(await next(reader)).toBe('failed')
    vi.advanceTimersByTime(10 * heartbeatMs)
    expect(await next(reader)).toBe('over')
    expect(heartbeatMs).toBeLessThan(15_000)
  })

  it('tells why: what a wait is for as it gets on, and the refusal with the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const key = await street.accept('event-0001', 'alice')
    const reader = readerOf(await street.open('alice', 'event-0001'))
    await nextData(reader)
    const confirmed = (have: number): StageMark => ({
      state: 'waiting',
      atMs: Date.now(),
      awaiting: { what: 'confirmations', text: `${have} of 12`, confirmations: { have, need: 12 } },
    })
    street.marks.set(key, [confirmed(3)])
    street.say('waiting', key)
    expect(await nextData(reader)).toMatchObject({ state: 'waiting', confirmations: { have: 3, need: 12 } })
    street.marks.set(key, [confirmed(9)])
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await nextData(reader)).toMatchObject({ state: 'waiting', confirmations: { have: 9, need: 12 } })
    const refusal = { code: 'wrong_token' as const, detail: 'Not USDT.' }
    street.marks.set(key, [{ state: 'failed', atMs: Date.now() + 1, refusal }])
    await database.query(`UPDATE marketplace_api.event_keys SET ended_state = 'failed' WHERE event_key = $1`, [key])
    street.say('failed', key)
    expect(await nextData(reader)).toMatchObject({ state: 'failed', refusal })
    expect(await next(reader)).toBe('over')
  })

  it('is not opened by HEAD: nothing is asked, heard or held for it', async () => {
    await street.accept('event-0001', 'alice')
    const before = street.asked.length
    for (let times = 0; times < 3 * maxStreamsOfOwner; times++) {
      const head = await street.open('alice', 'event-0001', 'HEAD')
      expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    }
    // Whose event it is, and no more.
    expect(street.asked.length - before).toBe(3 * maxStreamsOfOwner)
    expect(street.heard()).toEqual(states.map(() => 0))
    expect((await street.open('alice', 'event-0001')).status).toBe(200)
  })

  it('is bounded by owner, and a closed one makes room', async () => {
    for (const owner of ['alice', 'bob']) await street.accept('event-0001', owner)
    const open = await Promise.all(
      Array.from({ length: maxStreamsOfOwner }, async () => await street.open('alice', 'event-0001')),
    )
    const refused = await street.open('alice', 'event-0001')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
    expect((await street.open('bob', 'event-0001')).status).toBe(200)
    await open[0]?.body?.cancel()
    expect((await street.open('alice', 'event-0001')).status).toBe(200)
  })

  it('asks once for an event however many watch it, and listens once for all events', async () => {
    const key = await street.accept('event-0001', 'alice')
    await street.accept('event-0002', 'bob')
    // Not sooner: a second event is accepted at its pace, which is real time.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const readers = []
    for (let nth = 0; nth < maxStreamsOfOwner; nth++) readers.push(readerOf(await street.open('alice', 'event-0001')))
    readers.push(readerOf(await street.open('bob', 'event-0002')))
    for (const reader of readers) expect(await next(reader)).toBe('accepted')
    const before = street.asked.length
    await vi.advanceTimersByTimeAsync(3_000)
    // One connection: what was asked before this has been answered.
    await database.query('SELECT 1')
    expect(street.asked.length - before).toBe(2)
    expect(street.heard()).toEqual(states.map(() => 1))
    street.say('classified', key)
    for (const reader of readers.slice(0, -1)) expect(await next(reader)).toBe('classified')
  })
})

it('over a broker a stream does not listen to steps, which would then no longer be handed over in a process', async () => {
  street = await openStreet(true)
  await street.accept('event-0001', 'alice')
  const reader = readerOf(await street.open('alice', 'event-0001'))
  await next(reader)
  const heard = states.filter((_state, index) => street.heard()[index] === 1)
  expect(heard.toSorted()).toEqual(['completed', 'disputed', 'failed', 'review', 'waiting'])
})
