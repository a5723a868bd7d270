import { fromBase64, toBase64Url } from './base64.ts'

/** A key of WebCrypto. */
export type WebCryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

export interface SigningKey {
  /** Signs, and cannot be read: a page keeps it in IndexedDB. */
  readonly privateKey: WebCryptoKey
  /** The 32 raw bytes in base64url: what is given to the marketplace. */
  readonly publicKey: string
}

/** Makes an Ed25519 key whose private half no program can read, for an `ed25519` API key of this browser or process. */
export async function generateSigningKey(): Promise<SigningKey> {
  const made = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const { privateKey, publicKey } = made as { privateKey: WebCryptoKey; publicKey: WebCryptoKey }
  return { privateKey, publicKey: toBase64Url(await crypto.subtle.exportKey('raw', publicKey)) }
}

/** Reads an Ed25519 private key: PEM, or PKCS#8 in base64url. Throws a TypeError where it is none. */
export async function importPrivateKey(text: string): Promise<WebCryptoKey> {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, '')
  try {
    return await crypto.subtle.importKey('pkcs8', fromBase64(base64), 'Ed25519', false, ['sign'])
  } catch (error) {
    throw new TypeError('The private key is not an Ed25519 key in PKCS#8.', { cause: error })
  }
}

export async function importSecret(secret: string | Uint8Array<ArrayBuffer>): Promise<WebCryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}
