import { expect, it } from 'vitest'
import { backOffMs } from './back-off.ts'

it.each([
  [0, 500],
  [1, 1_000],
  [4, 8_000],
  [5, 15_000],
  [10_000, 15_000],
])('after %i tries waits %i ms', (tries, pauseMs) => {
  expect(backOffMs({ firstMs: 500, longestMs: 15_000 }, tries)).toBe(pauseMs)
})
