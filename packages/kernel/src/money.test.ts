import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feeOf, formatQuantity, formatUsdt, parseUsdt, splitByLargestRemainder } from './money.ts'

describe('USDT as text', () => {
  it.each([
    ['0', 0n],
    ['1', 1_000_000n],
    ['12.5', 12_500_000n],
    ['0.000001', 1n],
    ['1.000000', 1_000_000n],
    ['9999999999999.999999', 9_999_999_999_999_999_999n],
  ])('%s is %s micro-units', (text, micro) => {
    expect(parseUsdt(text)).toEqual({ ok: true, value: micro })
  })

  it.each([
    '',
    ' ',
    '1 ',
    ' 1',
    '-1',
    '+1',
    '.5',
    '1.',
    '1.0000001',
    '01',
    '00',
    '1e3',
    '1,5',
    '0x1',
    '1_000',
    'Infinity',
    'NaN',
    '１',
    '10000000000000',
    '1\n',
    '1.5.5',
  ])('refuses %j', (text) => {
    expect(parseUsdt(text)).toMatchObject({ ok: false, refusal: { code: 'invalid_amount' } })
  })

  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 9_999_999_999_999_999_999n), (micro) => {
        expect(parseUsdt(formatUsdt(micro))).toEqual({ ok: true, value: micro })
      }),
    )
  })
})

it.each([
  ['USDT', 0n, '0.000000'],
  ['USDT', 1n, '0.000001'],
  ['USDT', 999_999n, '0.999999'],
  ['USDT', 12_500_000n, '12.500000'],
  ['USDT', -1n, '-0.000001'],
  ['USDT', -12_500_000n, '-12.500000'],
  ['SPECIES', 0n, '0'],
  ['SPECIES', 12n, '12'],
  ['SPECIES', -12n, '-12'],
] as const)('%s %s is written %s', (asset, quantity, text) => {
  expect(formatQuantity(asset, quantity)).toBe(text)
})

it.each([
  [0n, 50, 0n],
  [199n, 50, 0n],
  [200n, 50, 1n],
  [399n, 50, 1n],
  [1_000_000n, 50, 5_000n],
  [1_000_000n, 0, 0n],
  [4_000_000_000_000_000_000n, 5_000, 2_000_000_000_000_000_000n],
])('the fee of %s at %i basis points is %s, rounded down', (total, basisPoints, fee) => {
  expect(feeOf(total, basisPoints)).toBe(fee)
})

describe('splitting by largest remainder', () => {
  it.each([
    [10n, [1n, 1n, 1n], [4n, 3n, 3n]],
    [2n, [100n, 100n, 67n], [1n, 1n, 0n]],
    [1n, [1n, 2n], [0n, 1n]],
    [5n, [0n, 1n, 0n], [0n, 5n, 0n]],
    [5n, [0n, 0n], [5n, 0n]],
    [0n, [1n, 2n], [0n, 0n]],
    [7n, [], []],
  ])('%s over %s is %s', (total, weights, parts) => {
    expect(splitByLargestRemainder(total, weights)).toEqual(parts)
  })

  it('loses nothing, gives each part at most one more than its floor, and never more to the lighter', () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 15n), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), weights, (total, given) => {
        const parts = splitByLargestRemainder(total, given)
        const sum = given.reduce((a, b) => a + b, 0n)
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(total)
        if (sum === 0n) return
        parts.forEach((part, index) => {
          const floor = (total * (given[index] ?? 0n)) / sum
          expect(part === floor || part === floor + 1n).toBe(true)
          given.forEach((weight, other) => {
            if (weight < (given[index] ?? 0n)) expect((parts[other] ?? 0n) <= part).toBe(true)
          })
        })
      }),
    )
  })
})
