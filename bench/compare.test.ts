import { expect, it } from 'vitest'
import { ratiosOf, regressions } from './compare.ts'

const baseline = { machine: 'm', ratios: { a: 1, b: 0.5 } }
const result = (ratios: Record<string, number>) => [{ name: 'part', lines: [], ratios, figures: {} }]

it('a ratio that fell by more than 15 % is a regression, one that fell by less or rose is none', () => {
  expect(regressions(baseline, result({ a: 0.85, b: 0.6 }))).toEqual([])
  expect(regressions(baseline, result({ a: 0.84, b: 0.42 }))).toEqual([
    'a is 0.84, and was 1: 16 % less',
    'b is 0.42, and was 0.5: 16 % less',
  ])
})

it('what was never measured before, or not now, is not compared', () => {
  expect(regressions(baseline, result({ c: 0.01 }))).toEqual([])
  expect(regressions(baseline, [])).toEqual([])
})

it('ratios are kept to two places', () => {
  expect(ratiosOf(result({ a: 0.123456 }))).toEqual({ a: 0.12 })
})
