import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type DueTimes, type Job, startJobs } from './jobs.ts'
import { silentLogger } from './log.ts'

beforeEach(() => vi.useFakeTimers({ now: 0 }))
afterEach(() => vi.useRealTimers())

const clock = { now: () => Date.now(), steady: () => Date.now() }

/** Rows with one due time for each job, and how often they were read. */
function rows(due: Record<string, number>) {
  const state = { due, changed: false, reads: 0 }
  const times: DueTimes = {
    hasChanged: () => state.changed,
    async read() {
      state.reads++
      state.changed = false
      return new Map(Object.entries(state.due))
    },
  }
  return { state, times }
}
function job(name: string, more: Partial<Job> = {}): Job & { ranAt: number[] } {
  const ranAt: number[] = []
  return { name, everyMs: 1_000, due: 'SELECT 1', ranAt, run: async () => void ranAt.push(Date.now()), ...more }
}

it('a job that says when it is due runs at that time and not before', async () => {
  const one = job('one')
  const { times, state } = rows({ one: 60_000 })
  const running = startJobs([one], { log: silentLogger, clock, dueTimes: times })
  await vi.advanceTimersByTimeAsync(59_000)
  expect(one.ranAt).toEqual([])
  expect(state.reads).toBe(1)
  state.due = {}
  await vi.advanceTimersByTimeAsync(2_000)
  expect(one.ranAt).toEqual([60_000])
  await running.stop()
})

it('a row that becomes due is found as soon as something was written', async () => {
  const one = job('one')
  const { times, state } = rows({})
  const running = startJobs([one], { log: silentLogger, clock, dueTimes: times })
  await vi.advanceTimersByTimeAsync(10_000)
  state.due = { one: 0 }
  state.changed = true
  await vi.advanceTimersByTimeAsync(250)
  expect(one.ranAt).toHaveLength(1)
  await running.stop()
})

it('a job that stays due runs no more often than it comes round, and never twice at a time', async () => {
  let ends: () => void = () => undefined
  const slow = job('slow', { run: () => new Promise((resolve) => (ends = resolve)) })
  const run = vi.spyOn(slow, 'run')
  const quick = job('quick')
  const { times } = rows({ slow: 0, quick: 0 })
  const running = startJobs([slow, quick], { log: silentLogger, clock, dueTimes: times })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(run).toHaveBeenCalledTimes(1)
  expect(quick.ranAt.length).toBeGreaterThan(5)
  for (const [n, atMs] of quick.ranAt.slice(1).entries())
    expect(atMs - (quick.ranAt[n] ?? 0)).toBeGreaterThanOrEqual(1_000)
  ends()
  await running.stop()
})

it('while due times cannot be read, each job looks for itself', async () => {
  const one = job('one')
  const times: DueTimes = { hasChanged: () => false, read: () => Promise.reject(new Error('no database')) }
  const running = startJobs([one], { log: silentLogger, clock, dueTimes: times })
  await vi.advanceTimersByTimeAsync(3_000)
  expect(one.ranAt.length).toBeGreaterThan(1)
  await running.stop()
})

it('a job that says nothing runs each time it comes round, also after it threw, and not after the stop', async () => {
  const one = job('one', { run: () => Promise.reject(new Error('no')) })
  const { due: _, ...plain } = one
  const run = vi.spyOn(plain, 'run')
  const running = startJobs([plain], { log: silentLogger, clock, dueTimes: rows({}).times })
  await vi.advanceTimersByTimeAsync(3_500)
  expect(run).toHaveBeenCalledTimes(3)
  await running.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(run).toHaveBeenCalledTimes(3)
})
