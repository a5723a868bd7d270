import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { generateSigningKey } from './keys.ts'
import { generateEd25519 } from './node/ed25519.ts'
import { createSigner } from './signer.ts'

const request = { method: 'GET', url: 'http://market.test/x', body: undefined }

async function isSignedBy(headers: Record<string, string>, publicKey: string): Promise<boolean> {
  const parameters = (headers['Signature-Input'] ?? '').slice('sig='.length)
  const base = `"@method": GET\n"@target-uri": ${request.url}\n"@signature-params": ${parameters}`
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(base), key, Buffer.from((headers['Signature'] ?? '').slice(5, -1), 'base64'))
}

it('a key of this browser signs, and nothing can read its private half', async () => {
  const { privateKey, publicKey } = await generateSigningKey()
  const signer = createSigner({ keyId: 'key_a', alg: 'ed25519', privateKey })
  expect(await isSignedBy(await signer.headersFor(request), publicKey)).toBe(true)
  await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
})

it('a key of a file signs, from one line and from PEM', async () => {
  const { privateKey, publicKey } = generateEd25519()
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(privateKey, 'base64url').toString('base64')}\n-----END PRIVATE KEY-----\n`
  for (const text of [privateKey, pem]) {
    const signer = createSigner({ keyId: 'key_a', alg: 'ed25519', privateKey: text })
    expect(await isSignedBy(await signer.headersFor(request), publicKey)).toBe(true)
  }
})

it('what is no private key is told by the first signature', async () => {
  const signer = createSigner({ keyId: 'key_a', alg: 'ed25519', privateKey: 'AAAA' })
  await expect(signer.headersFor(request)).rejects.toThrow(/not an Ed25519 key/)
})
