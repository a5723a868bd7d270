import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from './database.ts'
import { createDueTimes, readDueTimes } from './due-times.ts'
import { watchWrites } from './write-watch.ts'

let real: Database
beforeAll(async () => {
  real = await pgliteWith()
  await real.script('CREATE TABLE work (due_at timestamptz)')
})
afterAll(() => real.close())

const run = () => Promise.resolve()
const due = 'SELECT min(due_at) FROM work'

it('tells of each job the first time in its rows, and leaves out what has nothing due or does not say', async () => {
  const jobs = [{ name: 'some', due }, { name: 'none', due: `${due} WHERE due_at > now()` }, { name: 'silent' }]
  expect(await readDueTimes(real, jobs)).toEqual(new Map())
  await real.query(`INSERT INTO work VALUES (to_timestamp(20)), (to_timestamp(10))`)
  expect(await readDueTimes(real, jobs)).toEqual(new Map([['some', 10_000]]))
})

it('may have changed after each statement or transaction that may write, and not after one that only reads', async () => {
  const { database, writes } = watchWrites(real)
  const times = createDueTimes(database, [{ name: 'job', everyMs: 1, due, run }], writes)
  const changedBy = async (work: () => Promise<unknown>): Promise<boolean> => {
    await times.read()
    expect(times.hasChanged()).toBe(false)
    await work()
    return times.hasChanged()
  }
  expect(times.hasChanged()).toBe(true)
  expect(await changedBy(() => database.query(due))).toBe(false)
  expect(await changedBy(() => database.query(`INSERT INTO work VALUES (now())`))).toBe(true)
  expect(await changedBy(() => database.query(`WITH gone AS (DELETE FROM work RETURNING 1) SELECT 1 FROM gone`))).toBe(
    true,
  )
  expect(await changedBy(() => database.transaction((tx) => tx.query(`INSERT INTO work VALUES (now())`)))).toBe(true)
  expect(await changedBy(() => database.script('TRUNCATE work'))).toBe(true)
})

it('may always have changed where other processes write too', async () => {
  const times = createDueTimes(real, [{ name: 'job', everyMs: 1, due, run }])
  await times.read()
  expect(times.hasChanged()).toBe(true)
})
