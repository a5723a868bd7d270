import { createInProcessBus, createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { manualClock, messageOf, pgliteWith } from '@species/testing'
import { describeBus } from '@species/testing/contracts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bus, type Message, about } from './bus.ts'

let database: Database
let bus: Bus
const clock = manualClock()
const letters = () => createDeadLetters(database, clock)
beforeAll(async () => {
  database = await pgliteWith()
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await database.query('TRUNCATE runtime.dead_letters')
  bus = createInProcessBus({
    asOverAWire: true,
    log: silentLogger,
    deadLetters: letters(),
    maxAttempts: 2,
    ids: systemIds,
    metrics: createMetrics(),
  })
})
afterEach(async () => {
  await bus.close()
})

const changed = (key: string) => about('config.changed', { trace: 't' }, { key, partitionKey: key }, { version: 1 })
const subscribe = (
  name: string,
  handle: (batch: readonly Message<'config.changed'>[]) => Promise<[]>,
  maxBatch = 10,
) => {
  bus.subscribe({ name, topic: 'config.changed', maxBatch, handle })
}
const quiet = () =>
  vi.waitFor(() => {
    expect([...bus.backlog().values()].every((waiting) => waiting === 0)).toBe(true)
  }, 5_000)

describe('the bus inside one process', () => {
  it('decides together what was published together, up to the limit, one batch at a time', async () => {
    const sizes: number[] = []
    let running = 0
    subscribe(
      'one',
      async (batch) => {
        expect(++running).toBe(1)
        sizes.push(batch.length)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return []
      },
      4,
    )
    await bus.start()
    await bus.publish('abcdefghij'.split('').map(changed))
    await vi.waitFor(() => {
      expect(sizes).toEqual([4, 4, 2])
    })
  })

  it('holds what is published before the start', async () => {
    const heard: string[] = []
    subscribe('one', async (batch) => {
      heard.push(...batch.map((one) => one.key))
      return []
    })
    await bus.publish([changed('a')])
    expect([...bus.backlog()]).toEqual([['one', 1]])
    await bus.start()
    await vi.waitFor(() => {
      expect(heard).toEqual(['a'])
    })
  })

  it('refuses what could not travel over a wire', async () => {
    subscribe('one', async () => [])
    const wrong = { ...changed('a'), body: { version: 1, more: 2 } }
    await expect(bus.publish([wrong])).rejects.toThrow()
  })

  it('gives a poisonous message again, then parks it where the operator sees it and takes it', async () => {
    const heard: string[] = []
    subscribe('one', async (batch) => {
      heard.push(...batch.map((one) => one.key))
      if (batch.some((one) => one.key === 'bad')) throw new Error('poison')
      return []
    })
    await bus.start()
    await bus.publish(['a', 'bad', 'c'].map(changed))
    await vi.waitFor(async () => {
      expect(await letters().list()).toHaveLength(1)
    }, 5_000)
    expect(await letters().list()).toMatchObject([
      { consumer: 'one', key: 'bad', topic: 'config.changed', attempts: 2, cause: 'Error: poison' },
    ])
    await quiet()
    expect(await letters().find('one', 'bad')).toMatchObject({ topic: 'config.changed', body: { version: 1 } })
    clock.advance(90_000)
    expect(await letters().summary()).toEqual({ parked: 1, oldestAtMs: clock.now() - 90_000 })
    const [letter] = await letters().list()
    if (letter) await letters().remove(letter)
    expect([await letters().find('one', 'bad'), await letters().list()]).toEqual([undefined, []])
  })

  it('forgets how often a message failed that was worked on after all, and nothing that is parked', async () => {
    await letters().countAttempt('one', 'healed')
    await letters().countAttempt('one', 'parked')
    await letters().park({
      consumer: 'one',
      message: messageOf('config.changed', 'parked', { version: 1 }),
      cause: 'x',
      attempts: 1,
    })
    clock.advance(1_000)
    await letters().forgetCounts(clock.now())
    expect([await letters().countAttempt('one', 'healed'), await letters().countAttempt('one', 'parked')]).toEqual([
      1, 2,
    ])
  })

  it('keeps a letter whatever its body holds', async () => {
    const reason = 'NUL \0 and half a pair \ud800'
    const body = {
      eventKey: '01900000-0000-7000-8000-000000000001',
      owner: 'alice',
      eventId: 'event-001',
      by: 'validator',
      reason,
      untilMs: 0,
    } as const
    await letters().park({ consumer: 'one', message: messageOf('waiting', 'k', body), cause: reason, attempts: 1 })
    const kept = 'NUL \ufffd and half a pair \ufffd'
    expect(await letters().find('one', 'k')).toMatchObject({ cause: kept, body: { reason: kept } })
  })

  it('works on the others while a message that failed alone waits', async () => {
    const done: string[] = []
    let failures = 0
    const slow = createInProcessBus({
      log: silentLogger,
      deadLetters: { countAttempt: async () => ++failures, park: async () => undefined },
      maxAttempts: 100,
      ids: systemIds,
      metrics: createMetrics(),
    })
    slow.subscribe({
      name: 'one',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => {
        if (batch.some((one) => one.key === 'bad')) throw new Error('poison')
        done.push(...batch.map((one) => one.key))
        return []
      },
    })
    await slow.start()
    await slow.publish([changed('bad')])
    await vi.waitFor(() => {
      expect(failures).toBe(3)
    }, 5_000)
    await slow.publish([changed('a')])
    await vi.waitFor(() => {
      expect(done).toEqual(['a'])
    })
    expect([failures, slow.backlog().get('one')]).toEqual([3, 1])
    await slow.close()
  })

  it('gives everything again where not even the failure can be stored', async () => {
    let down = true
    const countAttempt = async (): Promise<number> => {
      if (down) throw new Error('the database is down')
      return 1
    }
    bus = createInProcessBus({
      asOverAWire: true,
      log: silentLogger,
      deadLetters: { countAttempt, park: async () => undefined },
      maxAttempts: 2,
      ids: systemIds,
      metrics: createMetrics(),
    })
    const done: string[] = []
    subscribe('one', async (batch) => {
      if (down) {
        down = batch.length > 1
        throw new Error('away')
      }
      done.push(...batch.map((one) => one.key))
      return []
    })
    await bus.start()
    await bus.publish(['a', 'b'].map(changed))
    await vi.waitFor(() => {
      expect([...done].sort()).toEqual(['a', 'b'])
    }, 5_000)
  })
})

for (const asOverAWire of [true, false])
  describeBus(asOverAWire ? 'in one process, as over a wire' : 'in one process, handed over', true, {
    shared: false,
    copies: asOverAWire,
    open: async ({ attempts, parked }) =>
      createInProcessBus({
        asOverAWire,
        log: silentLogger,
        deadLetters: {
          countAttempt: async (_consumer, key) => {
            attempts.set(key, (attempts.get(key) ?? 0) + 1)
            return attempts.get(key) ?? 0
          },
          park: async ({ consumer, message, cause }) => {
            parked.push({ consumer, key: message.key, cause })
          },
        },
        maxAttempts: 2,
        ids: systemIds,
        metrics: createMetrics(),
      }),
  })
