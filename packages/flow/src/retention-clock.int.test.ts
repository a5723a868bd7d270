import type { Database } from '@species/database'
import { type ManualClock, manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RetentionClock, createRetentionClock } from './retention-clock.ts'

const minuteMs = 60_000
const jumpMs = 100 * 86_400_000
let database: Database
let clock: ManualClock
let retention: RetentionClock
beforeAll(async () => {
  database = await pgliteWith()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('DELETE FROM runtime.retention_clock')
  clock = manualClock()
  retention = createRetentionClock({ database, clock })
  await retention.now()
})
const passed = async (one = retention): Promise<number> => (await one.now()) - manualClock().now()

describe('the time by which age is judged', () => {
  it('goes on as time passes', async () => {
    clock.advance(minuteMs)
    expect(await passed()).toBe(minuteMs)
    clock.advance(9 * minuteMs)
    expect(await passed()).toBe(10 * minuteMs)
  })

  it('does not follow a clock that is set forward, nor after a start, and goes on beside it', async () => {
    clock.advance(minuteMs)
    await retention.now()
    clock.step(jumpMs)
    clock.advance(minuteMs)
    expect(await passed()).toBe(2 * minuteMs)
    const started = createRetentionClock({ database, clock })
    expect(await passed(started)).toBe(2 * minuteMs)
    clock.advance(minuteMs)
    expect(await passed(started)).toBe(3 * minuteMs)
    clock.step(-jumpMs)
    clock.advance(minuteMs)
    expect([await passed(), await passed(started)]).toEqual([4 * minuteMs, 4 * minuteMs])
  })

  it('is never ahead of a clock that is set back, also between two looks at the mark', async () => {
    clock.advance(10 * minuteMs)
    expect(await passed()).toBe(10 * minuteMs)
    clock.step(-5 * minuteMs)
    expect(await passed()).toBe(5 * minuteMs)
    clock.advance(minuteMs)
    expect(await passed()).toBe(6 * minuteMs)
  })

  it('does not run faster where several processes move the mark', async () => {
    const all = [retention, ...[1, 2].map(() => createRetentionClock({ database, clock }))]
    await Promise.all(all.map((one) => one.now()))
    for (let count = 0; count < 5; count++) {
      clock.advance(minuteMs)
      clock.step(jumpMs)
      await Promise.all(all.map((one) => one.now()))
    }
    expect(await passed()).toBe(5 * minuteMs)
  })

  it('stands still while no process runs, because a stop cannot be told from a jump', async () => {
    clock.advance(jumpMs)
    expect(await passed(createRetentionClock({ database, clock }))).toBe(0)
  })

  it('is never ahead of the database server', async () => {
    await database.query('DELETE FROM runtime.retention_clock')
    const ahead = createRetentionClock({ database, clock: manualClock(Date.UTC(2500, 0, 1)) })
    expect(await ahead.now()).toBeLessThanOrEqual(Date.now())
  })
})
