import { wireEventSchema } from '@species/contracts'
import { type Database, Problem } from '@species/runtime'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { marketplaceApiMigrations } from '../index.ts'
import { type World, createWorld, emptyEvents } from '../test-world.ts'
import { postEvent } from './post-event.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(marketplaceApiMigrations)
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
    requestId: 'r',
    resend: false,
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
        world.waiting = 101
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
