import { keccak_256 } from '@noble/hashes/sha3.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { createBase58check } from '@scure/base'
import { type Chain, type ChainFamily, chains, familyOf, usdtOf } from './chains.ts'

const base58check = createBase58check(sha256)
const tronPrefix = 0x41
const tokens = new Set<string>(chains.map((chain) => usdtOf(chain).address))

/**
 * Why this text cannot be an address of a person or of ours on that chain, in words; undefined where it can. EVM addresses in one
 * case carry no checksum (EIP-55), mixed ones must have the right one; TRON addresses always carry theirs.
 */
export function addressFault(chain: Chain, text: string): string | undefined {
  return faultOf[familyOf(chain)](text)
}

/** The address of an account, given by its 20 bytes, as it is written on that chain. */
export function addressOfAccount(chain: Chain, account: Uint8Array): string {
  return familyOf(chain) === 'EVM'
    ? `0x${checksummed(Buffer.from(account).toString('hex'))}`
    : base58check.encode(Uint8Array.from([tronPrefix, ...account]))
}

const faultOf: Readonly<Record<ChainFamily, (text: string) => string | undefined>> = { EVM: evmFault, TRON: tronFault }

function evmFault(text: string): string | undefined {
  const digits = /^0x([0-9a-fA-F]{40})$/.exec(text)?.[1]
  if (digits === undefined) return 'it must be 0x and 40 hexadecimal digits'
  const lower = digits.toLowerCase()
  if (/^0{40}$/.test(lower)) return 'it is the zero address'
  if (tokens.has(`0x${lower}`)) return 'it is the contract of a token'
  if (digits === lower || digits === digits.toUpperCase() || digits === checksummed(lower)) return undefined
  return 'its checksum (EIP-55) is wrong: a character is mistyped'
}

/** EIP-55: a letter is upper-case where the digit of the hash at its place is 8 or more. */
function checksummed(lower: string): string {
  const hash = Buffer.from(keccak_256(Buffer.from(lower, 'ascii'))).toString('hex')
  return lower.replace(/[a-f]/g, (digit, index: number) =>
    parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  )
}

function tronFault(text: string): string | undefined {
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return 'it must be T and 33 characters of base58'
  if (tokens.has(text)) return 'it is the contract of a token'
  try {
    const bytes = base58check.decode(text)
    if (bytes.length !== 21 || bytes[0] !== tronPrefix) return 'it is an address of another network'
    return bytes.subarray(1).every((byte) => byte === 0) ? 'it is the zero address' : undefined
  } catch {
    return 'its checksum (base58check) is wrong: a character is mistyped'
  }
}
