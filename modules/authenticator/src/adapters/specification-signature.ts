import type { AccessRefusal, SignedRequest } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import { isSpecificationNonce } from '../domain/nonce.ts'
import type { SignatureClaim } from './signature-claim.ts'

/**
 * Reads the specification's own headers: `X-Signature` is base64(HMAC-SHA256(secret, body + nonce + timestamp)). Nothing
 * separates the parts, so their forms are strict: the last 13 bytes are the timestamp, and no nonce can borrow from it.
 */
export function readSpecificationSignature(request: SignedRequest): Result<SignatureClaim, AccessRefusal> {
  const keyId = request.headers.get('x-api-key') ?? ''
  const nonce = request.headers.get('x-nonce') ?? ''
  const timestamp = request.headers.get('x-timestamp') ?? ''
  const signature = request.headers.get('x-signature') ?? ''
  if (keyId === '' || signature === '') {
    return refuse('unauthenticated', 'Send X-API-Key, X-Nonce, X-Timestamp and X-Signature.')
  }
  if (!isSpecificationNonce(nonce))
    return refuse('invalid_signature', 'X-Nonce must be 16 to 64 characters of A-Z a-z 0-9 _ -.')
  if (!/^\d{13}$/.test(timestamp))
    return refuse('invalid_signature', 'X-Timestamp must be Unix milliseconds: 13 digits.')
  if (!/^[A-Za-z0-9+/]{43}=$/.test(signature)) {
    return refuse('invalid_signature', 'X-Signature must be the base64 of 32 bytes.')
  }
  return ok({
    scheme: 'specification',
    keyId,
    alg: 'hmac',
    signedAtMs: Number(timestamp),
    expiresAtMs: undefined,
    nonce,
    base: Buffer.concat([request.body, Buffer.from(nonce + timestamp)]),
    signature: Buffer.from(signature, 'base64'),
  })
}
