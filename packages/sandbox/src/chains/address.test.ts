import { describe, expect, it } from 'vitest'
import { parseAddress, tronBase58, tronHex } from './address.ts'
import { chainProfiles } from './profile.ts'

const { ETH, TRON } = chainProfiles
const tronUsdt = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'

describe('addresses', () => {
  it('reads TRON base58 and writes both of its forms', () => {
    expect(parseAddress(TRON, tronUsdt)).toBe(TRON.usdt)
    expect(tronBase58(TRON.usdt)).toBe(tronUsdt)
    expect(tronHex(TRON.usdt)).toBe('41a614f803b6fd780986a42c78ec9c7f77e6ded13c')
  })

  it('reads an EVM address in any case', () => {
    expect(parseAddress(ETH, '0xdAC17F958D2ee523a2206206994597C13D831ec7')).toBe(ETH.usdt)
  })

  it.each([
    ['a TRON address whose checksum is wrong', TRON, 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u'],
    ['a TRON address in lower case', TRON, tronUsdt.toLowerCase()],
    ['an EVM address on TRON', TRON, '0xdAC17F958D2ee523a2206206994597C13D831ec7'],
    ['a TRON address on an EVM chain', ETH, tronUsdt],
    ['an EVM address without its prefix', ETH, 'dAC17F958D2ee523a2206206994597C13D831ec7'],
    ['a short EVM address', ETH, '0xdAC17F'],
  ])('refuses %s', (_what, profile, text) => {
    expect(parseAddress(profile, text)).toBeUndefined()
  })
})
