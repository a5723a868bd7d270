import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assetManagerModule } from '../index.ts'
import { createScriptedLedger, createWorld, eventKey, funded, refused, topics } from '../test-world.ts'
import { cancelEvents } from './cancel-events.ts'
import { checkDue } from './check-due.ts'
import { deliverEvents } from './deliver-events.ts'
import { leaseMs } from './lease.ts'

describe.skipIf(!postgresAnswers)('what happens at once in several processes [needs Postgres]', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  beforeAll(async () => {
    database = await postgresWith(assetManagerModule)
  })
  afterAll(async () => {
    await database.drop()
  })
  beforeEach(async () => {
    await database.query('TRUNCATE asset_manager.deliveries')
  })

  const keys = Array.from({ length: 30 }, (_, n) => eventKey(n))

  it('the same batch in eight processes moves each event once', async () => {
    const { deps, onli } = createWorld(database, createScriptedLedger(false))
    const batch = keys.map((_key, n) => funded(n))
    const out = await Promise.all(
      Array.from({ length: 8 }, (_, p) => deliverEvents(deps, p % 2 === 0 ? batch : [...batch].reverse())),
    )
    expect([...onli.done].sort()).toEqual(keys)
    expect(new Set(out.flat().map((one) => one.key)).size).toBe(30)
    expect(new Set(topics(out.flat()))).toEqual(new Set(['delivered']))
  })

  it('a delivery and a refusal at once: either it moves and is delivered, or it is cancelled and never moves', async () => {
    const { deps, onli } = createWorld(database, createScriptedLedger(false))
    const out = await Promise.all(
      keys.flatMap((_key, n) => [
        deliverEvents(deps, [funded(n)]),
        cancelEvents(deps, [refused(n, 'deadline_exceeded')]),
        deliverEvents(deps, [funded(n)]),
      ]),
    )
    for (const key of keys) {
      const said = new Set(
        out
          .flat()
          .filter((one) => one.key === key)
          .map((one) => one.topic),
      )
      expect([...said]).toEqual([onli.done.includes(key) ? 'delivered' : 'cancelled'])
    }
  })

  it('the due checks of many processes ask for each delivery once', async () => {
    const { deps, onli, clock, published } = createWorld(database, createScriptedLedger(false))
    onli.script.move.push({ throws: new Error('the process died here') })
    const batch = keys.map((_key, n) => funded(n))
    await deliverEvents(deps, batch).catch(() => undefined)
    await deliverEvents(deps, batch)
    clock.advance(leaseMs)
    await Promise.all(Array.from({ length: 8 }, () => checkDue(deps)))
    expect(
      onli.calls
        .filter((one) => one.call === 'verify')
        .flatMap((one) => one.keys)
        .sort(),
    ).toEqual(keys)
    expect(published.map((one) => one.key).sort()).toEqual(keys)
  })
})
