import { describe, expect, test } from 'vitest'
import { addressFault } from './address.ts'

// The examples of EIP-55.
const checksummed = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const tron = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'

describe('a mistyped address is refused, and a right one taken', () => {
  test.each([
    ['ETH', checksummed, undefined],
    ['ETH', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', undefined],
    ['BSC', checksummed.toLowerCase(), undefined],
    ['POLYGON', '0x52908400098527886E0F7030069857D2E4169EE7', undefined],
    ['ETH', checksummed.replace('5aA', '5aa'), 'EIP-55'],
    ['ETH', checksummed.replace('94C9', '84C9'), 'EIP-55'],
    ['ETH', checksummed.replace('0x', '0X'), '0x and 40'],
    ['ETH', checksummed.slice(2), '0x and 40'],
    ['ETH', checksummed.slice(0, -1), '0x and 40'],
    ['BSC', `0x${'0'.repeat(40)}`, 'zero'],
    ['ETH', '0xdAC17F958D2ee523a2206206994597C13D831ec7', 'token'],
    ['ETH', tron, '0x and 40'],
    ['TRON', tron, undefined],
    ['TRON', tron.replace('TJc', 'TJd'), 'base58check'],
    ['TRON', tron.replace('o', '0'), 'base58'],
    ['TRON', 'T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb', 'zero'],
    ['TRON', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'token'],
    ['TRON', checksummed, 'base58'],
  ] as const)('%s %s', (chain, address, fault) => {
    const said = addressFault(chain, address)
    if (fault === undefined) expect(said).toBeUndefined()
    else expect(said).toContain(fault)
  })
})
