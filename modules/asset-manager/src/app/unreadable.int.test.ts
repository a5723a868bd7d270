import { createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assetManagerModule } from '../index.ts'
import { type World, createScriptedLedger, createWorld, eventKey, funded, topics } from '../test-world.ts'
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
  await database.script('TRUNCATE asset_manager.deliveries; TRUNCATE runtime.dead_letters')
})

async function later(ms: number): Promise<string[]> {
  world.clock.advance(ms)
  world.published.length = 0
  await checkDue(world.deps)
  return world.published.map((one) => `${one.topic} ${one.key}`)
}
const letters = async () =>
  (await createDeadLetters(database, world.clock).list()).map(({ consumer, key, topic }) => [consumer, key, topic])

describe.each([
  ['honours keys', true],
  ['honours no keys', false],
])('a delivery that is due, at a partner who %s,', (_name, honours) => {
  beforeEach(async () => {
    world = createWorld(database, createScriptedLedger(honours))
    world.onli.script.move.push({ consent: 'stalls' })
    expect(topics(await deliverEvents(world.deps, [funded(1), funded(2)]))).toEqual(['waiting', 'waiting'])
    for (const n of [1, 2]) world.onli.consent(eventKey(n), true)
  })

  it('and that this version cannot read stops no other, and is a dead letter in the end', async () => {
    await database.query(
      `UPDATE asset_manager.deliveries SET dossier = dossier || '{"newer": true}' WHERE event_key = $1`,
      [eventKey(1)],
    )
    expect(await assetManagerModule.queries(database).stageOf(eventKey(1))).toMatchObject({
      state: 'waiting',
      awaiting: { what: 'consent' },
    })
    expect(await later(leaseMs)).toEqual([`delivered ${eventKey(2)}`])
    for (let look = 2; look <= 8; look++) {
      expect(await letters()).toEqual([])
      expect(await later(leaseMs)).toEqual([])
    }
    expect(await letters()).toEqual([['deliveries-due', eventKey(1), 'funded']])
    const asked = world.onli.calls.flatMap((one) => one.keys).filter((key) => key === eventKey(1))
    expect(asked).toHaveLength(1)
  })

  it('and whose answer cannot be recorded stops no other, and nothing is asked twice for it', async () => {
    const before = world.onli.calls.length
    await database.script(
      `CREATE FUNCTION asset_manager.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON asset_manager.deliveries FOR EACH ROW
         WHEN (NEW.event_key = '${eventKey(1)}' AND NEW.outcome = 'delivered') EXECUTE FUNCTION asset_manager.refuse()`,
    )
    expect(await later(leaseMs)).toEqual([`delivered ${eventKey(2)}`])
    expect(world.onli.calls.slice(before)).toEqual([{ call: 'verify', keys: [eventKey(1), eventKey(2)] }])
    await database.script('DROP TRIGGER refuse ON asset_manager.deliveries; DROP FUNCTION asset_manager.refuse')
    expect(await later(leaseMs)).toEqual([`delivered ${eventKey(1)}`])
    expect(world.onli.done.sort()).toEqual([eventKey(1), eventKey(2)])
  })
})
