import { toBase64 } from './base64.ts'
import { importSecret } from './keys.ts'

/**
 * The `X-Signature` of the specification's own scheme, which `POST /marketplace/v1/events` takes beside RFC 9421:
 * base64(HMAC-SHA256(secret, body + nonce + timestamp)). `nonce`: 16 to 64 characters of A-Z a-z 0-9 _ -; `timestamp`: Unix
 * milliseconds, 13 digits. Sent with `X-API-Key`, `X-Nonce` and `X-Timestamp`.
 */
export async function signSpecificationHmac(parts: {
  secret: string
  body: string
  nonce: string
  timestamp: string
}): Promise<string> {
  const text = new TextEncoder().encode(parts.body + parts.nonce + parts.timestamp)
  return toBase64(await crypto.subtle.sign('HMAC', await importSecret(parts.secret), text))
}
