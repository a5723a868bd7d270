import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isReservedName, uuidV7 } from './ids.ts'
import { partitionOf, partitions } from './partition.ts'

const random = fc.uint8Array({ minLength: 10, maxLength: 10 })

describe('a UUID of version 7', () => {
  it('has the layout of RFC 9562: time, version 7, variant 2', () => {
    // The example of RFC 9562, appendix A.6.
    const rest = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]
    expect(uuidV7(0x017f22e279b0, Uint8Array.from(rest))).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
    fc.assert(
      fc.property(fc.nat(), random, (ms, bytes) => {
        expect(uuidV7(ms, bytes)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      }),
    )
  })

  it('sorts by time, whatever the randomness', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), random, random, (ms, one, other) => {
        expect(uuidV7(ms, one) < uuidV7(ms + 1, other)).toBe(true)
      }),
    )
  })
})

it('reserved names are exact: no user may be one, and every other name is allowed', () => {
  expect(['treasury', 'liquidity_pool', 'market'].every(isReservedName)).toBe(true)
  expect(['Treasury', 'treasury2', 'my_treasury', '', 'market:escrow'].some(isReservedName)).toBe(false)
})

it('a key always has the same partition, and keys spread over all of them', () => {
  // Fixed: a key that moved to another partition would overtake its own messages.
  expect(['alice', 'bob', ''].map(partitionOf)).toEqual([7, 4, 5])
  const count = Array.from({ length: partitions }, () => 0)
  for (let n = 0; n < 16_000; n++) count[partitionOf(`user-${n}`)]! += 1
  for (const one of count) expect(one).toBeGreaterThan(700)
})
