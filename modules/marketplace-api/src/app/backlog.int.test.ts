import { createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { markEnded, markReview, putOff } from '../adapters/event-marks.ts'
import { marketplaceApiModule } from '../index.ts'
import { type World, createWorld, emptyEvents, requestOf } from '../test-world.ts'
import { createBacklog } from './backlog.ts'
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
  for (const eventId of ['event-0001', 'event-0002', 'event-0003']) await world.accept(requestOf({ eventId }))
})

/** The count once it was taken: asking sets it off. */
async function counted(): Promise<number> {
  const backlog = createBacklog(world.deps)
  backlog.waiting()
  const query = vi.spyOn(world.deps.log, 'warn')
  // One connection: what was asked before this has been answered.
  await database.query('SELECT 1')
  expect(query).not.toHaveBeenCalled()
  return backlog.waiting()
}

const keys = async (): Promise<string[]> =>
  (await database.query<{ event_key: string }>('SELECT event_key FROM marketplace_api.event_keys')).map(
    (row) => row.event_key,
  )

it('is what was accepted, by whichever process, and has not ended', async () => {
  expect(await counted()).toBe(3)
  await markEnded(database, (await keys()).slice(0, 1), 'completed', world.clock.now())
  expect(await counted()).toBe(2)
})

it('counts what is driven again as before, however often and however old', async () => {
  for (let times = 0; times < 20; times++) {
    world.clock.advance(300_000)
    expect(await sweep(world.deps)).toBe(3)
    expect(await counted()).toBe(3)
  }
})

it('does not count a wait until it is over, though the sweeper looks after it: a partner that is down keeps no owner out', async () => {
  const untilMs = world.clock.now() + 3_600_000
  const sweepAtMs = world.clock.now() + 300_000
  await putOff(
    database,
    (await keys()).map((eventKey) => ({ eventKey, untilMs, sweepAtMs })),
  )
  expect(await counted()).toBe(0)
  world.clock.advance(600_000)
  expect(await sweep(world.deps)).toBe(3)
  expect(await counted()).toBe(0)
  world.clock.advance(3_000_000)
  expect(await counted()).toBe(3)
})

it('does not count what waits for a person: reviews and dead letters', async () => {
  const [reviewed = '', parked = ''] = await keys()
  await markReview(database, [reviewed], true)
  expect(await counted()).toBe(2)
  const letters = createDeadLetters(database, world.clock)
  await letters.countAttempt('cashier-matched', parked)
  expect(await counted()).toBe(2)
  await letters.park({
    consumer: 'cashier-matched',
    message: messageOf('completed', parked, {} as never),
    cause: 'x',
    attempts: 1,
  })
  expect(await counted()).toBe(1)
  await letters.remove({ consumer: 'cashier-matched', key: parked, attempts: 1, parkedAtMs: world.clock.now() })
  await markReview(database, [reviewed], false)
  expect(await counted()).toBe(3)
})

it('is counted no further than the door needs', async () => {
  for (let n = 4; n <= 6; n++) await world.accept(requestOf({ eventId: `event-000${n}` }))
  const backlog = createBacklog({ ...world.deps, maxBacklog: 2 })
  backlog.waiting()
  // One connection: what was asked before this has been answered.
  await database.query('SELECT 1')
  expect(backlog.waiting()).toBe(5)
})

it('is the messages of this process where those are more', async () => {
  world.waiting = 7
  expect(await counted()).toBe(7)
})

it('stays what it was while the rows cannot be counted', async () => {
  const warn = vi.spyOn(world.deps.log, 'warn')
  let isAway = false
  const query: Database['query'] = async (...call) => {
    if (isAway) throw new Error('away')
    return await database.query(...call)
  }
  const backlog = createBacklog({ ...world.deps, database: { ...database, query } })
  backlog.waiting()
  await vi.waitFor(() => {
    expect(backlog.waiting()).toBe(3)
  })
  isAway = true
  world.clock.advance(500)
  expect(backlog.waiting()).toBe(3)
  await vi.waitFor(() => {
    expect(warn).toHaveBeenCalledOnce()
  })
  expect(backlog.waiting()).toBe(3)
})

/** A door that was closed by the three events of alice, and has counted them. */
async function closedByAlice(): Promise<ReturnType<typeof createBacklog>> {
  const backlog = createBacklog({ ...world.deps, maxBacklog: 2 })
  backlog.waiting()
  // One connection: what was asked before this has been answered.
  await database.query('SELECT 1')
  return backlog
}

it('takes an owner’s first where others have filled it, one of each, until even these are too many', async () => {
  const backlog = await closedByAlice()
  expect(['alice', 'bob', 'bob', 'carol'].map((owner) => backlog.take(owner))).toEqual([false, true, false, false])
})

it('takes an owner’s first again once the one before has ended', async () => {
  const backlog = await closedByAlice()
  expect([backlog.take('bob'), backlog.take('bob')]).toEqual([true, false])
  world.clock.advance(500)
  backlog.waiting()
  await database.query('SELECT 1')
  expect(backlog.take('bob')).toBe(true)
})

it('forgets nothing that was taken while the rows cannot be counted', async () => {
  const warn = vi.spyOn(world.deps.log, 'warn').mockReturnValue(undefined)
  const broken = { ...database, query: () => Promise.reject(new Error('down')) }
  const backlog = createBacklog({ ...world.deps, database: broken, maxBacklog: 2 })
  expect([backlog.take('bob'), backlog.take('bob')]).toEqual([true, true])
  await vi.waitFor(() => {
    expect(warn).toHaveBeenCalledOnce()
  })
  world.waiting = 3
  expect([backlog.take('bob'), backlog.take('carol')]).toEqual([false, false])
})
