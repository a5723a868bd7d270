import { type KeyObject, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { assert } from '@species/kernel'

export interface Ed25519Pair {
  /** PKCS#8 in base64url, one line. Keep it private. */
  readonly privateKey: string
  /** The 32 raw bytes in base64url: what is given to the marketplace. */
  readonly publicKey: string
}

/** Makes a key pair for an `ed25519` API key. */
export function generateEd25519(): Ed25519Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  assert(x !== undefined, 'an Ed25519 public key has an x')
  return { privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'), publicKey: x }
}

/** Reads a private key: PEM, or PKCS#8 in base64url as {@link generateEd25519} gives it. Throws where it is none. */
export function readPrivateKey(text: string): KeyObject {
  const key = text.startsWith('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' })
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('The private key is not an Ed25519 key.')
  return key
}
