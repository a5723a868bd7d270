import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateEd25519, readPrivateKey } from './node/ed25519.ts'
import { createSigner } from './signer.ts'
import { signSpecificationHmac } from './specification-hmac.ts'

const now = (): number => Date.UTC(2026, 0, 1)
const request = {
  method: 'POST',
  url: 'http://market.test/marketplace/v1/events?x=1',
  body: '{"eventId":"event-0001"}',
}

describe('an RFC 9421 signature', () => {
  it('covers method, address and digest, with created, nonce, keyid and alg, as section 2.5 lays them out', async () => {
    const pair = generateEd25519()
    const headers = await createSigner({ keyId: 'key_a', alg: 'ed25519', privateKey: pair.privateKey, now }).headersFor(
      request,
    )
    const input = headers['Signature-Input'] ?? ''
    expect(input).toMatch(
      /^sig=\("@method" "@target-uri" "content-digest"\);created=1767225600;nonce="[\w-]{32}";keyid="key_a";alg="ed25519"$/,
    )
    const digest = `sha-256=:${createHash('sha256').update(request.body).digest('base64')}:`
    expect(headers['content-digest']).toBe(digest)
    const base = [
      '"@method": POST',
      `"@target-uri": ${request.url}`,
      `"content-digest": ${digest}`,
      `"@signature-params": ${input.slice('sig='.length)}`,
    ].join('\n')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: pair.publicKey }, format: 'jwk' })
    const signature = Buffer.from(/^sig=:(.*):$/.exec(headers['Signature'] ?? '')?.[1] ?? '', 'base64')
    expect(verify(null, Buffer.from(base), publicKey, signature)).toBe(true)
  })

  it('has a new nonce each time', async () => {
    const signer = createSigner({ keyId: 'key_a', alg: 'hmac', secret: 'sk_x', now })
    const [first, second] = [await signer.headersFor(request), await signer.headersFor(request)]
    expect(first['Signature-Input']).not.toBe(second['Signature-Input'])
    expect(first['Signature-Input']).toContain('alg="hmac-sha256"')
  })

  it('needs no digest where there is no body', async () => {
    const signer = createSigner({ keyId: 'key_a', alg: 'hmac', secret: 'sk_x', now })
    const headers = await signer.headersFor({ method: 'GET', url: request.url, body: undefined })
    expect(headers['Signature-Input']).toContain('("@method" "@target-uri");')
    expect(headers).not.toHaveProperty('content-digest')
  })
})

describe('a private key as a file', () => {
  it('is read from one line and from PEM alike', () => {
    const { privateKey } = generateEd25519()
    const pem = readPrivateKey(privateKey).export({ format: 'pem', type: 'pkcs8' }) as string
    expect(readPrivateKey(pem).equals(readPrivateKey(privateKey))).toBe(true)
  })

  it('must be one, and of Ed25519', () => {
    expect(() => readPrivateKey('AAAA')).toThrow()
    // The 32 byte X25519 key of RFC 8410 would be another algorithm: its object identifier ends in 110, not 112.
    const other = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), Buffer.alloc(32, 1)])
    expect(() => readPrivateKey(other.toString('base64url'))).toThrow(/Ed25519/)
  })
})

it('signs body, nonce and timestamp as the specification says: HMAC-SHA256 of their bytes, in base64', async () => {
  // The well-known HMAC-SHA256 of this sentence under the key "key".
  const expected = Buffer.from('f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8', 'hex').toString(
    'base64',
  )
  const parts = { body: 'The quick brown fox ', nonce: 'jumps over ', timestamp: 'the lazy dog' }
  expect(await signSpecificationHmac({ secret: 'key', ...parts })).toBe(expected)
})
