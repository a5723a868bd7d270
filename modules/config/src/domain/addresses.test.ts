import { describe, expect, test } from 'vitest'
import { impossibleAddresses } from './addresses.ts'

const evm = `0x${'aB'.repeat(20)}`
const tron = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'
const of = (address: string) => ({
  enabled: true,
  depositAddresses: [address],
  confirmations: 1,
  halted: false,
  compromisedAddresses: [],
})
const chains = (change: object) => ({
  chains: { ETH: of(evm), BSC: of(evm), POLYGON: of(evm), TRON: of(tron), ...change },
})

describe('a deposit address', () => {
  test.each([
    ['is one of its chain', {}, []],
    ['is too short', { ETH: of(evm.slice(0, -1)) }, [`ETH ${evm.slice(0, -1)}`]],
    ['is too long', { BSC: of(`${evm}0`) }, [`BSC ${evm}0`]],
    ['lacks its prefix', { POLYGON: of(`${evm.slice(2)}00`) }, [`POLYGON ${evm.slice(2)}00`]],
    ['belongs to another kind of chain', { TRON: of(evm), ETH: of(tron) }, [`ETH ${tron}`, `TRON ${evm}`]],
    ['holds a letter that base58 leaves out', { TRON: of(tron.replace('q', '0')) }, [`TRON ${tron.replace('q', '0')}`]],
  ])('%s', (_name, change, must) => {
    expect(impossibleAddresses(chains(change))).toEqual(must)
  })
})
