import { describe, expect, test } from 'vitest'
import { addressFault } from './address.ts'
import {
  canVanish,
  chainFacts,
  chains,
  chainsOf,
  comparableAddress,
  familyOf,
  finalityMs,
  forEveryChain,
} from './chains.ts'
import { chainSchema } from './event.ts'

describe.each(chains)('the facts of %s', (chain) => {
  const { usdt, blockMs, confirmations } = chainFacts[chain]

  test('name a token by an address in the form in which addresses are compared, which no payer may have', () => {
    expect(comparableAddress(familyOf(chain), usdt.address)).toBe(usdt.address)
    expect(addressFault(chain, usdt.address)).toContain('contract of a token')
  })

  test('can be counted with: the token has all the places of a micro-unit, and blocks take time', () => {
    expect(usdt.decimals).toBeGreaterThanOrEqual(6)
    expect(blockMs).toBeGreaterThan(0)
    expect(confirmations).toBeGreaterThan(0)
    expect(finalityMs(chain, confirmations)).toBeGreaterThan(0)
  })

  test('are those of a chain that a payment may name', () => {
    expect(chainSchema.parse(chain)).toBe(chain)
  })
})

test('a chain whose payments can vanish takes as long as the confirmations that are configured; a solid one always the same', () => {
  for (const chain of chains) expect(finalityMs(chain, 2) === finalityMs(chain, 1)).toBe(!canVanish(chain))
})

test('no two chains have one name at one partner', () => {
  for (const family of ['EVM', 'TRON'] as const) {
    const names = chainsOf(family).map((chain) => chainFacts[chain].partnerName)
    expect(new Set(names).size).toBe(names.length)
  }
})

test('a value for every chain has all of them', () => {
  expect(forEveryChain((chain) => familyOf(chain))).toEqual({ ETH: 'EVM', BSC: 'EVM', POLYGON: 'EVM', TRON: 'TRON' })
})
