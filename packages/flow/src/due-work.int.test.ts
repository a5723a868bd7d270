import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '@species/database'
import { silentLogger } from '@species/platform'
import { attemptsUntilParked, createDeadLetters, unparked } from '@species/bus'
import { type DueContext, type DueRow, readDue, workOnDue } from './due-work.ts'

let database: Database
let context: DueContext
const clock = manualClock()
beforeAll(async () => {
  database = await pgliteWith()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE runtime.dead_letters')
  context = { deadLetters: createDeadLetters(database, clock), log: silentLogger }
})

const row = (key: string): DueRow<string> => ({
  topic: 'accepted',
  key,
  trace: 't',
  body: { owner: 'alice', key },
  read: () => {
    if (key.startsWith('bad')) throw new Error(`nobody reads ${key}`)
    return key
  },
})
const letters = async () =>
  await database.query(
    'SELECT consumer, key, topic, attempts, cause, parked_at IS NOT NULL AS parked FROM runtime.dead_letters',
  )

describe('rows that are due', () => {
  it('are read without the one that nobody can read; it counts an attempt each time, and is parked with its message', async () => {
    for (let attempt = 1; attempt <= attemptsUntilParked; attempt++)
      expect(await readDue(context, 'job', ['a', 'bad', 'c'].map(row))).toEqual(['a', 'c'])
    expect(await letters()).toEqual([
      {
        consumer: 'job',
        key: 'bad',
        topic: 'accepted',
        attempts: attemptsUntilParked,
        cause: 'Error: nobody reads bad',
        parked: true,
      },
    ])
    const taken = await database.query(
      `SELECT k FROM unnest(ARRAY['a', 'bad']) AS keys(k) WHERE ${unparked('job', 'k')}`,
    )
    expect(taken).toEqual([{ k: 'a' }])
  })

  it('all come again, and none is counted, while something is away', async () => {
    const away = Object.assign(new Error(), { code: 'ECONNRESET' })
    const job = { name: 'job', letterOf: (one: DueRow<string>) => one }
    const answers = await workOnDue(context, job, ['a', 'b'].map(row), () => Promise.reject(away))
    expect([answers, await letters()]).toEqual([[], []])
  })
})
