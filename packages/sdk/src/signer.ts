import { toBase64, toBase64Url } from './base64.ts'
import { type WebCryptoKey, importPrivateKey, importSecret } from './keys.ts'

export type SignerOptions = { readonly keyId: string } & (
  | {
      readonly alg: 'ed25519'
      /** A key of WebCrypto, which need not be extractable; or PEM; or PKCS#8 in base64url. */
      readonly privateKey: string | WebCryptoKey
    }
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
 * the body; with the parameters created, nonce, keyid and alg. An unusable key is told by the first signature.
 */
export function createSigner(options: SignerOptions): Signer {
  const { keyId, now = Date.now } = options
  let signing: Promise<Signing> | undefined
  return {
    keyId,
    async headersFor({ method, url, body }) {
      signing ??= signingOf(options)
      const { alg, sign } = await signing
      const digest = body === undefined ? undefined : `sha-256=:${await sha256(body)}:`
      const covered = ['"@method"', '"@target-uri"', ...(digest === undefined ? [] : ['"content-digest"'])].join(' ')
      const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(24)))
      const created = Math.floor(now() / 1_000)
      const parameters = `(${covered});created=${created};nonce="${nonce}";keyid="${quoted(keyId)}";alg="${alg}"`
      const base = [
        `"@method": ${method}`,
        `"@target-uri": ${url}`,
        ...(digest === undefined ? [] : [`"content-digest": ${digest}`]),
        `"@signature-params": ${parameters}`,
      ].join('\n')
      return {
        ...(digest === undefined ? {} : { 'content-digest': digest }),
        'Signature-Input': `sig=${parameters}`,
        Signature: `sig=:${toBase64(await sign(new TextEncoder().encode(base)))}:`,
      }
    },
  }
}

interface Signing {
  readonly alg: 'ed25519' | 'hmac-sha256'
  readonly sign: (data: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>
}

/** How a key signs bytes. */
export async function signingOf(options: SignerOptions): Promise<Signing> {
  if (options.alg === 'hmac') {
    const key = await importSecret(options.secret)
    return { alg: 'hmac-sha256', sign: async (data) => await crypto.subtle.sign('HMAC', key, data) }
  }
  const { privateKey } = options
  const key = typeof privateKey === 'string' ? await importPrivateKey(privateKey) : privateKey
  return { alg: 'ed25519', sign: async (data) => await crypto.subtle.sign('Ed25519', key, data) }
}

async function sha256(text: string): Promise<string> {
  return toBase64(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** A string of a structured field (RFC 9651 section 3.3.3). */
function quoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&')
}
