import { expect, it } from 'vitest'
import { sharedFor } from './shared.ts'

it('computes once per interval for all callers', async () => {
  let nowMs = 0
  let computed = 0
  const ask = sharedFor(
    1_000,
    async () => ++computed,
    () => nowMs,
  )
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  nowMs = 999
  expect(await ask()).toBe(1)
  nowMs = 1_000
  expect(await ask()).toBe(2)
})

it('begins no second computation while the first goes on', async () => {
  let nowMs = 0
  const first = Promise.withResolvers<string>()
  const ask = sharedFor(
    1_000,
    () => first.promise,
    () => nowMs,
  )
  const early = ask()
  nowMs = 60_000
  const late = ask()
  first.resolve('done')
  expect([await early, await late]).toEqual(['done', 'done'])
})

it('shares a failure for its time, and then tries again', async () => {
  let nowMs = 0
  let tries = 0
  const ask = sharedFor(
    1_000,
    async () => {
      if (++tries === 1) throw new Error('away')
      return tries
    },
    () => nowMs,
  )
  await expect(ask()).rejects.toThrow('away')
  await expect(ask()).rejects.toThrow('away')
  nowMs = 1_000
  expect(await ask()).toBe(2)
})
