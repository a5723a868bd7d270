import { errorCatalogue } from '@species/contracts'
import type { Database } from '@species/database'
import { isTransient } from '@species/platform'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { marketplaceApiModule } from '../index.ts'
import { listingLapsed } from '../messages/listing-lapsed.ts'
import { type World, createWorld, emptyEvents, eventMs, requestOf } from '../test-world.ts'
import { createAccept } from './accept-event.ts'
import { statusOf } from './event-status.ts'

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

const eventId = 'event-0001'
const rows = async (table: 'event_keys' | 'event_bodies') =>
  (await database.query(`SELECT * FROM marketplace_api.${table}`)).length

describe('accept', () => {
  it('keeps the event with its versions, limits and deadline, and sends it on its way', async () => {
    const request = requestOf({ eventId })
    const accepted = await world.accept({
      ...request,
      principal: { ...request.principal, limits: { unitsPerDay: 9n } },
    })
    expect(accepted).toMatchObject({ ok: true, value: { first: true } })
    const [message] = world.published
    expect(message).toMatchObject({
      topic: 'accepted',
      body: {
        owner: 'alice',
        eventId,
        configVersion: 7,
        classifierVersion: 3,
        limits: { unitsPerDay: 9n },
        deadlineMs: world.clock.now() + eventMs,
        times: { accepted: world.clock.now() },
      },
    })
    expect([await rows('event_keys'), await rows('event_bodies')]).toEqual([1, 1])
  })

  it('gives the same id and body the first answer, and nothing happens twice', async () => {
    const first = await world.accept(requestOf({ eventId }))
    world.clock.advance(60_000)
    const again = await world.accept(requestOf({ amount: '5', eventId, to: 'bob' }))
    if (!first.ok || !again.ok) throw new Error('refused')
    expect(again.value).toEqual({ ...first.value, first: false })
    expect([world.published.length, await rows('event_keys'), await rows('event_bodies')]).toEqual([1, 1, 1])
  })

  it('refuses the same id with another body, one after the other and together', async () => {
    await world.accept(requestOf({ eventId }))
    expect(await world.accept(requestOf({ eventId, amount: 6 }))).toMatchObject({
      ok: false,
      refusal: { code: 'event_id_conflict' },
    })
    const both = await Promise.all([
      world.accept(requestOf({ eventId: 'event-0002' })),
      world.accept(requestOf({ eventId: 'event-0002', amount: 6 })),
    ])
    expect(both.map((one) => one.ok).sort()).toEqual([false, true])
    expect(world.published).toHaveLength(2)
  })

  it('lets two owners use one id, as two events', async () => {
    const both = await Promise.all([world.accept(requestOf({ eventId })), world.accept(requestOf({ eventId }, 'bob'))])
    expect(both.map((one) => one.ok && one.value.first)).toEqual([true, true])
    expect(new Set(world.published.map((one) => one.key)).size).toBe(2)
  })

  it('answers although the bus is away: the event is kept', async () => {
    world.busDown = true
    expect((await world.accept(requestOf({ eventId }))).ok).toBe(true)
    expect([world.published.length, await rows('event_keys')]).toEqual([0, 1])
  })

  it('an event the database cannot take fails alone, not those that came with it', async () => {
    // The endpoint's schema lets no such text through: this is for the one that nobody thought of.
    const request = requestOf({ eventId: 'event-poison' })
    const putProceeds = { currency: 'USDT' as const, usdtAddress: `T${'x'.repeat(30)}\u0000` }
    const poison = { ...request, event: { ...request.event, putProceeds } }
    const all = await Promise.allSettled([
      ...[1, 2, 3].map((n) => world.accept(requestOf({ eventId: `event-000${n}` }))),
      world.accept(poison),
    ])
    expect(all.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect(world.published).toHaveLength(3)
  })

  it('an id that was used but cannot be read is no conflict: it may be asked again, and others that came with it are kept', async () => {
    await world.accept(requestOf({ eventId }))
    const replaced: Database = {
      ...database,
      query: async (text, parameters) =>
        text.startsWith('SELECT k.owner') ? [] : await database.query(text, parameters),
    }
    const accept = createAccept({ ...world.deps, database: replaced })
    const [used, other] = await Promise.allSettled([
      accept(requestOf({ eventId })),
      accept(requestOf({ eventId: 'event-0002' })),
    ])
    expect(used).toSatisfy((it: typeof used) => it.status === 'rejected' && isTransient(it.reason))
    expect(other).toMatchObject({ status: 'fulfilled', value: { ok: true, value: { first: true } } })
  })

  it('nothing is kept where nothing can be committed', async () => {
    const broken: Database = {
      ...database,
      query: async () => {
        throw new Error('the database is away')
      },
    }
    const accept = createAccept({ ...world.deps, database: broken })
    await expect(accept(requestOf({ eventId }))).rejects.toThrow('the database is away')
    expect([world.published.length, await rows('event_keys')]).toEqual([0, 0])
  })
})

describe('a lapse', () => {
  const lapsed = (lapse: number) =>
    messageOf('listing.lapsed', `l:${lapse}`, {
      eventKey: '01940000-0000-7000-8000-000000000001',
      listingId: `lst_${'a'.repeat(32)}`,
      seller: 'bob',
      lapse,
    })

  it('is minted once however often it is told, and again for the next lapse', async () => {
    const consumer = listingLapsed(world.accept)
    await Promise.all([consumer.handle([lapsed(1)]), consumer.handle([lapsed(1)])])
    await consumer.handle([lapsed(1), lapsed(2)])
    expect(world.published.map((one) => one.topic === 'accepted' && [one.body.owner, one.body.event])).toEqual(
      [1, 2].map((lapse) => [
        'market',
        { eventId: `lapse-lst_${'a'.repeat(32)}-${lapse}`, from: 'bob', delist: `lst_${'a'.repeat(32)}`, lapsed: true },
      ]),
    )
  })
})

describe('how an event stands', () => {
  const stands = async () => {
    const row = await marketplaceApiModule.queries(database).eventByOwner('alice', eventId)
    if (!row) throw new Error('no such event')
    return { row, status: await statusOf(world.deps, row) }
  }
  const key = () => world.published[0]?.key ?? ''
  beforeEach(async () => {
    await world.accept(requestOf({ eventId }))
  })

  it('is accepted while nobody has a row of it', async () => {
    expect((await stands()).status).toEqual({
      eventId,
      state: 'accepted',
      since: new Date(world.clock.now()).toISOString(),
    })
  })

  it('is the newest mark, whoever it is from', async () => {
    const nowMs = world.clock.now()
    world.marks.set(key(), [
      { state: 'funded', atMs: nowMs + 2 },
      { state: 'matched', atMs: nowMs + 1 },
    ])
    expect((await stands()).status.state).toBe('funded')
    world.marks.set(key(), [
      { state: 'funded', atMs: nowMs + 2 },
      {
        state: 'waiting',
        atMs: nowMs + 3,
        awaiting: { what: 'confirmations', text: 'three of twelve', confirmations: { have: 3, need: 12 } },
        untilMs: nowMs + 9,
      },
    ])
    expect((await stands()).status).toMatchObject({
      state: 'waiting',
      waitingOn: 'confirmations',
      waitingFor: 'three of twelve',
      waitingUntil: new Date(nowMs + 9).toISOString(),
      confirmations: { have: 3, need: 12 },
    })
  })

  it('of marks at the same moment is the one further on', async () => {
    const nowMs = world.clock.now()
    world.marks.set(key(), [
      { state: 'settled', atMs: nowMs },
      { state: 'delivered', atMs: nowMs },
    ])
    expect((await stands()).status.state).toBe('settled')
  })

  it('is its end once it has one, without a word about a wait', async () => {
    const nowMs = world.clock.now()
    const awaiting = { what: 'consent', text: 'consent' } as const
    world.marks.set(key(), [{ state: 'waiting', atMs: nowMs + 3, awaiting, untilMs: nowMs + 9 }])
    await database.query(`UPDATE marketplace_api.event_keys SET ended_state = 'completed'`)
    const { status } = await stands()
    expect(status).toEqual({
      eventId: 'event-0001',
      state: 'completed',
      ended: 'completed',
      since: new Date(nowMs + 3).toISOString(),
    })
  })

  it.each([
    ['on the road back', 'released', undefined],
    ['at its end', 'failed', 'failed'],
  ] as const)('says the refusal %s, whichever module knows it', async (_when, state, ended) => {
    const nowMs = world.clock.now()
    const refusal = { code: 'no_liquidity' as const, detail: 'Two units are open.' }
    world.marks.set(key(), [
      { state: 'refused', atMs: nowMs + 1, refusal },
      { state, atMs: nowMs + 2 },
    ])
    await database.query(`UPDATE marketplace_api.event_keys SET ended_state = $1`, [ended ?? null])
    const { title, retryable } = errorCatalogue.no_liquidity
    expect((await stands()).status).toMatchObject({
      state,
      refusal: { ...refusal, title, retryable, more: '/errors/no_liquidity' },
    })
  })

  it('says no refusal that came too late to stop the event', async () => {
    const nowMs = world.clock.now()
    const refusal = { code: 'deadline_exceeded' as const, detail: 'Too late.' }
    world.marks.set(key(), [
      { state: 'refused', atMs: nowMs + 1, refusal },
      { state: 'delivered', atMs: nowMs + 2 },
    ])
    expect((await stands()).status.refusal).toBeUndefined()
  })
})
