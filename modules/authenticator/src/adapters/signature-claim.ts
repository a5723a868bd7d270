import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { KeyAlgorithm } from '@species/contracts'
import type { Scheme } from '../domain/api-key.ts'

/** What a request says about its own signature, read but not believed. */
export interface SignatureClaim {
  readonly scheme: Scheme
  readonly keyId: string
  /** The algorithm the caller names. It must be the key's; it never chooses. */
  readonly alg: KeyAlgorithm | undefined
  /** Unix ms. */
  readonly signedAtMs: number
  readonly expiresAtMs: number | undefined
  readonly nonce: string | undefined
  /** The bytes under the signature. */
  readonly base: Uint8Array
  readonly signature: Uint8Array
}

/** What a signature is checked with. A key object: from plain bytes one would be made for every request, at four times the cost. */
export type Verification =
  { readonly alg: 'hmac'; readonly secret: KeyObject } | { readonly alg: 'ed25519'; readonly publicKey: KeyObject }

/** Checks the bytes under a signature in constant time; a signature of the wrong length is a wrong one. */
export function isSignedBy(key: Verification, claim: Pick<SignatureClaim, 'base' | 'signature'>): boolean {
  if (key.alg === 'ed25519') {
    return claim.signature.byteLength === 64 && verify(null, claim.base, key.publicKey, claim.signature)
  }
  const expected = createHmac('sha256', key.secret).update(claim.base).digest()
  return claim.signature.byteLength === expected.byteLength && timingSafeEqual(claim.signature, expected)
}
