import { createHash, createHmac } from 'node:crypto'
import type { SignedRequest } from '@species/contracts'
import { httpbis } from 'http-message-signatures'
import { describe, expect, it } from 'vitest'
import { requestOf } from '../test-world.ts'
import {
  clock,
  database,
  ed25519KeyId,
  eventBody,
  hmacKeyId,
  openVerifier,
  outcome,
  pair,
  path,
  secret,
  signed,
  signers,
} from './test-requests.ts'

openVerifier()

describe.each(signers)('HTTP Message Signatures, %s', (_name, signer) => {
  it('tells who signed', async () => {
    const one = await signed(signer())
    expect(await outcome(one)).toBe(`alice by ${signer().keyId}`)
  })

  it('takes the exact resend of an event as one, and nothing else under its nonce', async () => {
    const one = await signed(signer())
    await outcome(one)
    expect(await outcome(one)).toBe('resend')
    expect(await outcome(one)).toBe('resend')
  })

  it('refuses the replay of what is no event', async () => {
    const one = await signed(signer(), 'POST', '/marketplace/v1/keys', '{"alg":"hmac","scopes":["read"]}')
    expect(await outcome(one)).toBe(`alice by ${signer().keyId}`)
    expect(await outcome(one)).toBe('replayed_nonce')
  })

  it('reads without storing a nonce', async () => {
    const one = await signed(signer(), 'GET', `${path}/event-1?limit=5`, undefined)
    const before = await database.query('SELECT 1 FROM authenticator.nonces')
    expect([await outcome(one), await outcome(one)]).toEqual(Array(2).fill(`alice by ${signer().keyId}`))
    expect(await database.query('SELECT 1 FROM authenticator.nonces')).toHaveLength(before.length)
  })

  const attacks: [name: string, alter: (one: SignedRequest) => SignedRequest, code: string][] = [
    ['another path', (one) => ({ ...one, url: 'http://market.test/marketplace/v1/keys' }), 'invalid_signature'],
    ['another query', (one) => ({ ...one, url: `${one.url}?dry=1` }), 'invalid_signature'],
    ['another host', (one) => ({ ...one, url: 'http://other.test/marketplace/v1/events' }), 'invalid_signature'],
    ['another method', (one) => ({ ...one, method: 'DELETE' }), 'invalid_signature'],
    ['a changed body', (one) => ({ ...one, body: Buffer.from(eventBody()) }), 'invalid_signature'],
    ['a body taken away', (one) => ({ ...one, body: new Uint8Array() }), 'invalid_signature'],
    ['a changed body with its own digest', (one) => withDigestOf(one, eventBody()), 'invalid_signature'],
    ['a cut signature', (one) => altered(one, 'signature', (text) => text.replace(/.{8}:$/, ':')), 'invalid_signature'],
    [
      'another signature',
      (one) =>
        altered(one, 'signature', (text) =>
          text.replace(/:(.)/, (_all, first: string) => `:${first === 'A' ? 'B' : 'A'}`),
        ),
      'invalid_signature',
    ],
    [
      'an unknown key',
      (one) => altered(one, 'signature-input', (text) => text.replace(/keyid="[^"]+"/, 'keyid="key_nobody"')),
      'invalid_signature',
    ],
    ['no digest', (one) => altered(one, 'content-digest', () => ''), 'invalid_signature'],
    [
      'digest uncovered',
      (one) => altered(one, 'signature-input', (text) => text.replace(' "content-digest"', '')),
      'invalid_signature',
    ],
    ['no signature', (one) => ({ ...one, headers: new Headers() }), 'unauthenticated'],
  ]
  it.each(attacks)('refuses %s, and writes no nonce', async (_attack, alter, code) => {
    const one = await signed(signer())
    expect(await outcome(alter(one))).toBe(code)
    expect(await outcome(one)).toBe(`alice by ${signer().keyId}`)
  })

  it('refuses a signature that is too old or from the future, to the millisecond', async () => {
    const start = clock.now()
    const one = await signed(signer(), 'GET', path, undefined)
    const at = async (ms: number): Promise<string> => {
      clock.set(start + ms)
      return await outcome(one)
    }
    const seen = [await at(300_000), await at(300_001), await at(-300_000), await at(-300_001)]
    clock.set(start)
    const fine = `alice by ${signer().keyId}`
    expect(seen).toEqual([fine, 'stale_signature', fine, 'stale_signature'])
  })
})

function altered(one: SignedRequest, name: string, change: (text: string) => string): SignedRequest {
  const headers = new Headers([...one.headers])
  headers.set(name, change(headers.get(name) ?? ''))
  return { ...one, headers }
}

function withDigestOf(one: SignedRequest, body: string): SignedRequest {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  return { ...altered(one, 'content-digest', () => digest), body: Buffer.from(body) }
}

describe('the algorithm is the key’s', () => {
  const signedWith = async (keyId: string, alg: string, hmacKey: string | Buffer): Promise<SignedRequest> => {
    const message = await httpbis.signMessage(
      {
        key: { id: keyId, alg, sign: async (data) => createHmac('sha256', hmacKey).update(data).digest() },
        fields: ['@method', '@target-uri'],
        params: ['created', 'keyid', 'alg'],
        paramValues: { created: new Date(clock.now()) },
      },
      { method: 'GET', url: `http://market.test${path}`, headers: {} },
    )
    return requestOf('GET', path, message.headers, undefined)
  }
  it.each([
    ['the public key as an HMAC secret', () => pair.publicKey],
    ['its raw bytes', () => Buffer.from(pair.publicKey, 'base64url')],
    ['nothing', () => ''],
    ['32 zero bytes, the key of nobody', () => Buffer.alloc(32)],
  ])('refuses %s for an ed25519 key', async (_name, key) => {
    for (const alg of ['hmac-sha256', 'ed25519', '']) {
      expect(await outcome(await signedWith(ed25519KeyId, alg, key()))).toBe('invalid_signature')
    }
  })
  it('refuses an HMAC with the right secret under the other name', async () => {
    expect(await outcome(await signedWith(hmacKeyId, 'hmac-sha256', secret))).toBe(`alice by ${hmacKeyId}`)
    expect(await outcome(await signedWith(hmacKeyId, 'ed25519', secret))).toBe('invalid_signature')
  })
  it('refuses 32 zero bytes for a key that does not exist', async () => {
    expect(await outcome(await signedWith('key_nobody', 'hmac-sha256', Buffer.alloc(32)))).toBe('invalid_signature')
  })
})

it('wants a nonce for what changes something', async () => {
  const message = await httpbis.signMessage(
    {
      key: {
        id: hmacKeyId,
        alg: 'hmac-sha256',
        sign: async (data) => createHmac('sha256', secret).update(data).digest(),
      },
      fields: ['@method', '@authority', '@path', '@query'],
      params: ['created', 'keyid'],
      paramValues: { created: new Date(clock.now()) },
    },
    { method: 'DELETE', url: 'http://market.test/marketplace/v1/keys/key_a', headers: {} },
  )
  const headers = message.headers as Record<string, string>
  expect(await outcome(requestOf('DELETE', '/marketplace/v1/keys/key_a', headers, undefined))).toBe('invalid_signature')
})
