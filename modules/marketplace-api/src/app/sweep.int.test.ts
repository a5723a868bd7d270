import type { ChainsVersion, Topic } from '@species/contracts'
import { createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { marketplaceApiModule } from '../index.ts'
import { createMarketplaceApi } from '../module.ts'
import { followEvents } from '../messages/follow-events.ts'
import { type World, createWorld, emptyEvents, eventMs, requestOf } from '../test-world.ts'
import { sweep } from './sweep.ts'

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

async function accepted(
  eventId = 'event-0001',
  more: Omit<Parameters<typeof requestOf>[0], 'eventId'> = {},
): Promise<string> {
  const answer = await world.accept(requestOf({ ...more, eventId }))
  if (!answer.ok) throw new Error('refused')
  world.published.length = 0
  return answer.value.kept.eventKey
}

/** A sweep some time later; the topics it published. */
async function later(ms: number): Promise<string[]> {
  world.clock.advance(ms)
  world.published.length = 0
  await sweep(world.deps)
  return world.published.map((one) => one.topic)
}

async function hear(topic: Topic, key: string, body: object = {}): Promise<void> {
  const consumer = followEvents(world.deps).find((one) => one.topic === topic)
  if (!consumer) throw new Error(`nobody hears ${topic}`)
  await consumer.handle([messageOf(topic, key, body as never)])
}
const ended = async (eventId: string) =>
  (await marketplaceApiModule.queries(database).eventByOwner('alice', eventId))?.ended

describe('the sweep', () => {
  it('publishes what the bus did not take, with the dossier that accept made', async () => {
    await world.accept(requestOf({ eventId: 'event-0001' }))
    const [first] = world.published
    world.busDown = true
    await world.accept(requestOf({ eventId: 'event-0002' }))
    world.busDown = false
    expect(await later(14_999)).toEqual([])
    expect(await later(1)).toEqual(['accepted', 'accepted'])
    expect(world.published.find((one) => one.key === first?.key)).toEqual(first)
  })

  it('backs off, up to five minutes', async () => {
    await accepted()
    const swept: number[] = []
    for (let second = 15; second <= 1_500; second += 15) if ((await later(15_000)).length > 0) swept.push(second)
    expect(swept).toEqual([15, 30, 60, 120, 240, 480, 780, 1_080, 1_380])
  })

  it.each(['completed', 'failed', 'disputed'] as const)('leaves alone what is %s', async (state) => {
    await hear(state, await accepted())
    expect(await later(999_999)).toEqual([])
  })

  it('leaves alone what waits, until the wait and a grace are over', async () => {
    const eventKey = await accepted()
    await hear('waiting', eventKey, { eventKey, untilMs: world.clock.now() + 200_000 })
    expect(await later(200_000)).toEqual([])
    expect(await later(15_000)).toEqual(['accepted'])
  })

  it('looks after what waits for days every few minutes: the message that ended the wait may be lost', async () => {
    const eventKey = await accepted()
    await hear('waiting', eventKey, { eventKey, untilMs: world.clock.now() + 3 * eventMs })
    expect(await later(300_000)).toEqual([])
    expect(await later(15_000)).toEqual(['accepted'])
  })

  it('drives what is in review now and then, and never back: nobody may have heard of the review, and time ends none', async () => {
    const eventKey = await accepted()
    await hear('review', eventKey)
    expect(await later(15_000)).toEqual([])
    expect(await later(300_000)).toEqual(['accepted'])
    expect(await later(15_000)).toEqual([])
    expect(await later(2 * eventMs)).toEqual(['accepted'])
    await hear('review.decided', eventKey)
    expect(await later(2 * eventMs)).toEqual(['refused', 'accepted'])
  })

  it('leaves alone what is parked, until the operator takes it', async () => {
    const eventKey = await accepted()
    const letters = createDeadLetters(database, world.clock)
    await letters.countAttempt('cashier-matched', eventKey)
    expect(await later(15_000)).toEqual(['accepted'])
    await letters.park({
      consumer: 'cashier-matched',
      message: messageOf('completed', eventKey, {} as never),
      cause: 'x',
      attempts: 1,
    })
    expect(await later(999_999)).toEqual([])
    const [letter] = await letters.list()
    if (letter) await letters.remove(letter)
    expect(await later(0)).toEqual(['accepted'])
  })

  it('asks for no refusal while the chain of the payment is halted: its deadline stands still', async () => {
    const payWith = { source: 'chain', currency: 'USDT', chain: 'ETH', proof: 'f'.repeat(64) } as const
    await accepted('event-0001', { payWith })
    const ether = (version: number, halted: boolean): ChainsVersion =>
      ({ version, sinceMs: world.clock.now(), chains: { ETH: { halted } } }) as unknown as ChainsVersion
    world.history = [ether(1, true)]
    expect(await later(2 * eventMs)).toEqual(['accepted'])
    world.history.push(ether(2, false))
    expect(await later(eventMs - 1_000)).toEqual(['accepted'])
    expect(await later(999_999)).toEqual(['refused', 'accepted'])
  })

  it('asks for a refusal once the deadline has passed, each time', async () => {
    await accepted()
    expect(await later(eventMs - 1)).toEqual(['accepted'])
    expect(await later(300_000)).toEqual(['refused', 'accepted'])
    expect(world.published[0]).toMatchObject({
      body: {
        refusal: { code: 'deadline_exceeded', by: 'marketplace-api' },
        times: { refused: world.published[0]?.topic === 'refused' ? world.published[0].body.deadlineMs : 0 },
      },
    })
    expect(await later(300_000)).toEqual(['refused', 'accepted'])
  })

  it('drives all others where one cannot be read, says which, and makes it a dead letter in the end', async () => {
    const [broken] = [await accepted('event-0001'), await accepted('event-0002')]
    await database.query(`UPDATE marketplace_api.event_keys SET event = '{}' WHERE event_key = $1`, [broken])
    const error = vi.spyOn(world.deps.log, 'error').mockReturnValue()
    expect(await later(15_000)).toEqual(['accepted'])
    expect(error.mock.calls).toMatchObject([[{ consumer: 'sweep', eventKey: broken }, 'event failed alone']])
    error.mockRestore()
    const letters = createDeadLetters(database, world.clock)
    for (let sweeps = 2; sweeps <= 8; sweeps++) {
      expect([sweeps, await letters.list()]).toEqual([sweeps, []])
      expect(await later(300_000)).toContain('accepted')
    }
    const letter = { consumer: 'sweep', key: broken, topic: 'accepted', attempts: 8 }
    expect(await letters.list()).toMatchObject([letter])
    expect(await letters.find('sweep', broken)).toMatchObject({ body: { eventKey: broken, owner: 'alice', event: {} } })
    await later(300_000)
    expect(await letters.list()).toMatchObject([letter])
  })

  it('takes at most two hundred at once, the longest due first', async () => {
    await Promise.all(Array.from({ length: 230 }, (_, n) => world.accept(requestOf({ eventId: `event-${n + 1_000}` }))))
    expect(await later(15_000)).toHaveLength(200)
    expect(await later(0)).toHaveLength(30)
    expect(await later(0)).toHaveLength(0)
  })

  it('after a start on a bus that forgets, everything unfinished is due at once', async () => {
    const [one, two] = [await accepted('event-0001'), await accepted('event-0002')]
    await hear('completed', one)
    await createMarketplaceApi({ ...world.deps, bus: { ...world.deps.bus, durable: false } }).start?.()
    await later(0)
    expect(world.published.map((message) => message.key)).toEqual([two])
  })
})

describe('an end', () => {
  it.each([
    ['completed', 'failed', 'completed'],
    ['failed', 'completed', 'failed'],
    ['completed', 'disputed', 'disputed'],
    ['failed', 'disputed', 'disputed'],
    ['disputed', 'completed', 'disputed'],
    ['disputed', 'failed', 'disputed'],
  ] as const)('%s, then %s: %s', async (first, then, last) => {
    const eventKey = await accepted()
    await hear(first, eventKey)
    await hear(then, eventKey)
    expect(await ended('event-0001')).toBe(last)
  })

  it('is not undone by late waits and reviews', async () => {
    const eventKey = await accepted()
    await hear('completed', eventKey)
    await hear('review', eventKey)
    await hear('waiting', eventKey, { eventKey, untilMs: 0 })
    expect(await later(999_999)).toEqual([])
    expect(await marketplaceApiModule.queries(database).unfinished(10)).toEqual([])
  })
})
