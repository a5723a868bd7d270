import type { MoveOutcome } from '@species/contracts'
import { unknown } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assetManagerModule } from '../index.ts'
import {
  type World,
  consentMs,
  redeemConsentMs,
  createScriptedLedger,
  createWorld,
  eventKey,
  funded,
  topics,
  unknownMs,
} from '../test-world.ts'
import { checkDue } from './check-due.ts'
import { deliverEvents } from './deliver-events.ts'
import { leaseMs } from './lease.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(assetManagerModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE asset_manager.deliveries')
})

const refusedByBreaker: MoveOutcome = { ...unknown('the circuit is open'), notAsked: true }

/** The due check some time later; the messages it published. */
async function later(ms: number): Promise<string[]> {
  world.clock.advance(ms)
  world.published.length = 0
  await checkDue(world.deps)
  return topics(world.published)
}

describe.each([
  ['honours keys', true],
  ['honours no keys', false],
])('a breaker before a partner who %s', (_name, honours) => {
  beforeEach(() => {
    world = createWorld(database, createScriptedLedger(honours))
  })

  it('refuses for long: the delivery is no attempt, backs off from nothing, and is made once when it closes', async () => {
    const refusals = 2 + Math.ceil(unknownMs / 5_000)
    for (let n = 0; n < refusals; n++) world.onli.script.move.push({ acts: false, answer: refusedByBreaker })
    expect(topics(await deliverEvents(world.deps, [funded(1)]))).toEqual(['waiting'])
    for (let n = 1; n < refusals; n++) expect(await later(5_000)).toEqual([])
    expect(await later(5_000)).toEqual(['delivered'])
    expect(world.onli.done).toEqual([eventKey(1)])
  })

  it('refuses, and then whoever sends dies in the call: it happens at most once', async () => {
    world.onli.script.move.push(
      { acts: false, answer: refusedByBreaker },
      { throws: new Error('the process died here') },
    )
    await deliverEvents(world.deps, [funded(1)])
    await expect(later(5_000)).rejects.toThrow('died')
    expect(await later(leaseMs)).toEqual(['delivered'])
    expect(world.onli.done).toEqual([eventKey(1)])
  })
})

it.each([
  ['TRANSFER', consentMs],
  ['REDEEM', redeemConsentMs],
] as const)(
  'the owner of a %s held back for longer than their time to consent gets all of it once asked',
  async (intent, timeMs) => {
    world = createWorld(database)
    world.onli.script.move.push(...Array.from({ length: 7 }, () => ({ acts: false, answer: refusedByBreaker })), {
      consent: 'stalls' as const,
    })
    await deliverEvents(world.deps, [funded(1, intent)])
    for (let n = 1; n < 7; n++) expect(await later(5_000)).toEqual([])
    expect(await later(timeMs)).toEqual(['waiting'])
    expect(world.published[0]?.body).toMatchObject({ untilMs: world.clock.now() + timeMs })
    expect(await later(timeMs - 1_000)).toEqual([])
    world.onli.consent(eventKey(1), true)
    expect(await later(15_000)).toEqual(['delivered'])
  },
)

it('a first call that is slow to fail does not take back that consent is awaited', async () => {
  world = createWorld(database)
  world.onli.script.move.push({ consent: 'stalls' }, {})
  const asked = Promise.withResolvers<undefined>()
  const held = Promise.withResolvers<undefined>()
  const slow = {
    ...world.onli,
    move: async (requests: Parameters<typeof world.onli.move>[0]) => {
      await world.onli.move(requests)
      asked.resolve(undefined)
      await held.promise
      return requests.map(() => unknown('time-out'))
    },
  }
  const delivering = deliverEvents({ ...world.deps, onli: slow }, [funded(1)])
  await asked.promise
  expect(await deliverEvents(world.deps, [funded(1)])).toEqual([])
  expect(await later(leaseMs)).toEqual(['waiting'])
  held.resolve(undefined)
  expect(topics(await delivering)).toEqual([])
  expect((await assetManagerModule.queries(database).stageOf(eventKey(1)))?.state).toBe('waiting')
})
