import { describe, expect, it } from 'vitest'
import { checkBaseUnits, toBaseUnits } from './amount.ts'

describe('amounts', () => {
  it.each([
    ['12.5', 6, '12500000'],
    ['0.000001', 6, '1'],
    ['0', 6, '0'],
    ['1', 18, '1000000000000000000'],
    ['0.000000000000000001', 18, '1'],
    ['0.0000001', 6, undefined],
    ['1e3', 6, undefined],
    ['-1', 6, undefined],
    ['01', 6, undefined],
    ['.5', 6, undefined],
    ['', 6, undefined],
  ])('reads %s with %i places as %s', (amount, decimals, expected) => {
    expect(toBaseUnits(amount, decimals)).toBe(expected)
  })

  it('refuses what a uint256 cannot hold', () => {
    expect(checkBaseUnits((2n ** 256n - 1n).toString())).toBe((2n ** 256n - 1n).toString())
    expect(checkBaseUnits((2n ** 256n).toString())).toBeUndefined()
  })
})
