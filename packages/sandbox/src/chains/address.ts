import { createBase58check } from '@scure/base'
import { sha256 } from '@noble/hashes/sha2.js'
import type { ChainProfile } from './profile.ts'

const base58check = createBase58check(sha256)
const tronPrefix = 0x41

/**
 * Reads an address as people write it on that chain and answers its 20 bytes as lower-case hex, or undefined when it is
 * none. Everything inside the sandbox holds addresses in that one form.
 */
export function parseAddress(profile: ChainProfile, text: string): string | undefined {
  if (profile.family === 'evm') {
    return /^0x[0-9a-fA-F]{40}$/.test(text) ? text.slice(2).toLowerCase() : undefined
  }
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return undefined
  try {
    const bytes = base58check.decode(text)
    if (bytes.length !== 21 || bytes[0] !== tronPrefix) return undefined
    return Buffer.from(bytes.subarray(1)).toString('hex')
  } catch {
    return undefined // the checksum does not fit: not an address
  }
}

/** Base58check form of 20 bytes, as TRON's people see it. */
export function tronBase58(hex20: string): string {
  return base58check.encode(Buffer.from(`41${hex20}`, 'hex'))
}

/** The form in which TRON's node API names contracts and accounts. */
export function tronHex(hex20: string): string {
  return `41${hex20}`
}

/** A 32-byte log topic or word that holds an address. */
export function addressWord(hex20: string): string {
  return hex20.padStart(64, '0')
}

/** A 32-byte word that holds an amount. */
export function amountWord(baseUnits: string): string {
  return BigInt(baseUnits).toString(16).padStart(64, '0')
}
