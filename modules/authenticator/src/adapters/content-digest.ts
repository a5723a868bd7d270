import { hash as digestOf, timingSafeEqual } from 'node:crypto'
import { parseDictionary } from 'structured-headers'

const hashes = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const

/**
 * Whether a `Content-Digest` header (RFC 9530) is that of the body. At least one digest must be sha-256 or sha-512, and
 * each of those that is there must fit. Compared in constant time.
 */
export function digestFits(header: string, body: Uint8Array): boolean {
  let digests: ReturnType<typeof parseDictionary>
  try {
    digests = parseDictionary(header)
  } catch {
    return false // no structured field: no digest
  }
  const known = Object.entries(hashes).filter(([name]) => digests.has(name))
  return (
    known.length > 0 &&
    known.every(([name, hash]) => {
      const value: unknown = digests.get(name)?.[0]
      const expected = digestOf(hash, body, 'buffer')
      return (
        value instanceof ArrayBuffer &&
        value.byteLength === expected.byteLength &&
        timingSafeEqual(new Uint8Array(value), expected)
      )
    })
  )
}
