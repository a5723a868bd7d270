import { toBase64Url } from './base64.ts'
import { type SignerOptions, signingOf } from './signer.ts'

/** The request that a confirmation is for. `path` is without host and query; `body` as it is sent. */
export interface ConfirmedRequest {
  readonly onliId: string
  readonly method: string
  readonly path: string
  readonly body: string
}

/**
 * Confirms a request with a second key of the same person: the value of the header `Species-Confirmation`. It is good for five
 * minutes, for this request alone.
 */
export async function signConfirmation(key: SignerOptions, request: ConfirmedRequest): Promise<string> {
  const atMs = (key.now ?? Date.now)()
  const encoder = new TextEncoder()
  const bodyHash = toBase64Url(await crypto.subtle.digest('SHA-256', encoder.encode(request.body)))
  const lines = ['SPECIES confirmation 1', request.onliId, `${request.method} ${request.path}`, bodyHash, String(atMs)]
  const { sign } = await signingOf(key)
  return `${key.keyId}.${atMs}.${toBase64Url(await sign(encoder.encode(lines.join('\n'))))}`
}
