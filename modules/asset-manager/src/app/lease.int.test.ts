import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assetManagerModule } from '../index.ts'
import {
  type World,
  createScriptedLedger,
  createWorld,
  eventKey,
  funded,
  refused,
  topics,
  unknownMs,
} from '../test-world.ts'
import { cancelEvents } from './cancel-events.ts'
import { checkDue } from './check-due.ts'
import { deliverEvents } from './deliver-events.ts'
import { leaseMs } from './lease.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(assetManagerModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await database.query('TRUNCATE asset_manager.deliveries')
  world = createWorld(database)
})

const deliver = async (): Promise<string[]> => topics(await deliverEvents(world.deps, [funded(1)]))

/** The due check of another process some time later; the messages it published. */
async function later(ms: number): Promise<string[]> {
  world.clock.advance(ms)
  world.published.length = 0
  await checkDue(world.deps)
  return topics(world.published)
}

/** The database of a process that stands still after the first statement with these words; meanwhile `happens`. */
function standingStill(after: string, happens: () => Promise<void>): Database {
  let stood = false
  return {
    ...database,
    async query(text, parameters) {
      const rows = await database.query<never>(text, parameters)
      if (stood || !text.includes(after)) return rows
      stood = true
      await happens()
      return rows
    },
  }
}

describe('a process that stands still between the attempt and the call', () => {
  const standStill = async (ms: number, happens: () => Promise<void>, steppedMs = 0): Promise<string[]> => {
    const still = standingStill('INSERT INTO asset_manager.deliveries', async () => {
      world.clock.advance(ms)
      world.clock.step(steppedMs)
      await happens()
    })
    return topics(await deliverEvents({ ...world.deps, database: still }, [funded(1)]))
  }

  it('sends what nobody has taken over', async () => {
    world = createWorld(database, createScriptedLedger(false))
    expect(await standStill(leaseMs, async () => undefined)).toEqual(['delivered'])
    expect([world.onli.sent(eventKey(1)), world.onli.done]).toEqual([1, [eventKey(1)]])
  })

  it('sends nothing of what the due check has taken over', async () => {
    const outgoing = await standStill(leaseMs, async () => {
      expect(await deliver()).toEqual([])
      expect(await later(0)).toEqual(['delivered'])
    })
    expect([outgoing, world.onli.sent(eventKey(1)), world.onli.done]).toEqual([[], 1, [eventKey(1)]])
  })

  it('sends nothing of what another process has taken over, although its own clock was set back meanwhile', async () => {
    const outgoing = await standStill(
      leaseMs,
      async () => {
        // The other process has the right time.
        world.clock.step(60_000)
        expect(await deliver()).toEqual([])
        expect(await later(0)).toEqual(['delivered'])
        world.clock.step(-60_000)
      },
      -60_000,
    )
    expect([outgoing, world.onli.sent(eventKey(1)), world.onli.done]).toEqual([[], 1, [eventKey(1)]])
  })

  it('sends nothing of what a person has refused meanwhile', async () => {
    world = createWorld(database, createScriptedLedger(false))
    const outgoing = await standStill(unknownMs + leaseMs, async () => {
      expect(await deliver()).toEqual([])
      const said: string[] = []
      for (let n = 0; n < 10; n++) said.push(...(await later(70_000)))
      expect(said).toContain('review')
      expect(topics(await cancelEvents(world.deps, [refused(1, 'refused_by_operator', 'floor-manager')]))).toEqual([
        'cancelled',
      ])
    })
    expect([outgoing, world.onli.sent(eventKey(1)), world.onli.done]).toEqual([[], 0, []])
    expect((await assetManagerModule.queries(database).stageOf(eventKey(1)))?.state).toBe('cancelled')
  })
})

describe('a due check that stands still between taking and asking', () => {
  it('leaves what another has taken over to him', async () => {
    world.onli.script.move.push({ acts: false, throws: new Error('the process died here') })
    await expect(deliverEvents(world.deps, [funded(1)])).rejects.toThrow('died')
    expect(await deliver()).toEqual([])
    world.clock.advance(leaseMs)
    const still = standingStill('FOR UPDATE SKIP LOCKED', async () => {
      expect(await later(leaseMs)).toEqual(['delivered'])
    })
    await checkDue({ ...world.deps, database: still })
    expect([world.onli.sent(eventKey(1)), world.onli.done]).toEqual([2, [eventKey(1)]])
  })
})
