import { sha256 } from '@noble/hashes/sha2.js'
import { createBase58check } from '@scure/base'

const coder = createBase58check(sha256)

/** 20 bytes, with or without the prefix 41, as the address people know (base58check of 41 and 20 bytes). */
export function toBase58(hexAddress: string): string {
  const bytes = hexAddress.length === 42 ? hexAddress : `41${hexAddress}`
  return coder.encode(Buffer.from(bytes, 'hex'))
}

/** The 20 bytes of an address as people know it, in hexadecimal. Throws where its checksum does not fit. */
export function toHex20(base58: string): string {
  return Buffer.from(coder.decode(base58)).subarray(1).toString('hex')
}
