import { createHash, createHmac, randomBytes, sign } from 'node:crypto'
import { httpbis } from 'http-message-signatures'
import { readPrivateKey } from './ed25519.ts'

export type SignerOptions = { readonly keyId: string } & (
  | { readonly alg: 'ed25519'; /** PEM, or PKCS#8 in base64url. */ readonly privateKey: string }
  | { readonly alg: 'hmac'; readonly secret: string }
) & {
    /** Unix ms; for tests. */
    readonly now?: () => number
  }

export interface Signer {
  readonly keyId: string
  /** The headers that sign this request, with a new nonce each time. `url` is the whole address that will be called. */
  headersFor(request: { method: string; url: string; body: string | undefined }): Promise<Record<string, string>>
}

/**
 * Signs requests by HTTP Message Signatures (RFC 9421): method, whole address and, through `Content-Digest` (RFC 9530),
 * the body; with the parameters created, nonce, keyid and alg.
 */
export function createSigner(options: SignerOptions): Signer {
  const signing = signingOf(options)
  const now = options.now ?? Date.now
  return {
    keyId: options.keyId,
    async headersFor({ method, url, body }) {
      const digest = body === undefined ? {} : { 'content-digest': digestOf(body) }
      const signed = await httpbis.signMessage(
        {
          key: { id: options.keyId, ...signing },
          fields: ['@method', '@target-uri', ...Object.keys(digest)],
          params: ['created', 'nonce', 'keyid', 'alg'],
          paramValues: { created: new Date(now()), nonce: randomBytes(24).toString('base64url') },
        },
        { method, url, headers: digest },
      )
      return signed.headers
    },
  }
}

/** How a key signs bytes. */
export function signingOf(options: SignerOptions): { alg: string; sign: (data: Buffer) => Promise<Buffer> } {
  if (options.alg === 'hmac') {
    const { secret } = options
    return { alg: 'hmac-sha256', sign: async (data) => createHmac('sha256', secret).update(data).digest() }
  }
  const key = readPrivateKey(options.privateKey)
  return { alg: 'ed25519', sign: async (data) => sign(null, data, key) }
}

function digestOf(body: string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
}
