import { createHmac } from 'node:crypto'
import type { SignedRequest } from '@species/contracts'
import { createSigner } from '@species/sdk'
import { describe, expect, it } from 'vitest'
import { freshNonce, requestOf } from '../test-world.ts'
import {
  clock,
  ed25519KeyId,
  eventBody,
  hmacKeyId,
  makeKey,
  now,
  openVerifier,
  outcome,
  pair,
  path,
  secret,
  signed,
  world,
} from './test-requests.ts'

openVerifier()

describe('the specification’s scheme', () => {
  const parts = (
    more: Partial<{ body: string; nonce: string; timestamp: string }> = {},
  ): { body: string; nonce: string; timestamp: string } => ({
    body: eventBody(),
    nonce: freshNonce(),
    timestamp: String(clock.now()),
    ...more,
  })
  const specified = (
    sent: ReturnType<typeof parts>,
    signedAs = sent,
    key = { keyId: hmacKeyId, secret },
    allowed = true,
  ): SignedRequest => {
    const { body, nonce, timestamp } = signedAs
    const signature = createHmac('sha256', key.secret)
      .update(body + nonce + timestamp)
      .digest('base64')
    const headers = {
      'x-api-key': key.keyId,
      'x-nonce': sent.nonce,
      'x-timestamp': sent.timestamp,
      'x-signature': signature,
    }
    return requestOf('POST', path, headers, sent.body, allowed)
  }

  it('tells who signed, and knows a resend', async () => {
    const one = specified(parts())
    expect([await outcome(one), await outcome(one)]).toEqual([`alice by ${hmacKeyId}`, 'resend'])
  })

  it('refuses a nonce with another event, another body, and again the other scheme’s', async () => {
    const first = parts()
    await outcome(specified(first))
    expect(await outcome(specified(parts({ nonce: first.nonce })))).toBe('replayed_nonce')
    expect(await outcome(specified({ ...first, body: first.body.replace('"amount":1', '"amount":2') }))).toBe(
      'replayed_nonce',
    )
  })

  it('is bytes without separators, and still nothing moves between nonce and timestamp', async () => {
    const real = parts()
    const { nonce, timestamp, body } = real
    const shifts = [
      { body, nonce: nonce + timestamp.slice(0, 1), timestamp: timestamp.slice(1) },
      { body, nonce: nonce.slice(0, -1), timestamp: nonce.slice(-1) + timestamp },
      { body: body.slice(0, -1), nonce: body.slice(-1) + nonce, timestamp },
    ]
    for (const sent of shifts) expect(await outcome(specified(sent, real))).toBe('invalid_signature')
  })

  it('cannot tell a body from a body with the nonce’s first letters behind it: that one is no JSON', async () => {
    const real = parts()
    const sent = { ...real, body: real.body + real.nonce.slice(0, 8), nonce: real.nonce.slice(8) }
    const headers = new Headers([...specified(sent, real).headers])
    headers.set('content-type', 'application/json')
    const answer = await world.app.fetch(
      new Request(`http://market.test${path}`, { method: 'POST', headers, body: sent.body }),
    )
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'malformed_json' }])
  })

  const rows: [given: string, make: () => SignedRequest, code: string][] = [
    ['an old timestamp', () => specified(parts({ timestamp: String(clock.now() - 300_001) })), 'stale_signature'],
    [
      'one in seconds',
      () => specified(parts({ timestamp: String(Math.floor(clock.now() / 1_000)) })),
      'invalid_signature',
    ],
    ['a short nonce', () => specified(parts({ nonce: 'short' })), 'invalid_signature'],
    ['another body', () => specified(parts(), parts()), 'invalid_signature'],
    [
      'another secret',
      () => specified(parts(), undefined, { keyId: hmacKeyId, secret: 'sk_wrong' }),
      'invalid_signature',
    ],
    ['an unknown key', () => specified(parts(), undefined, { keyId: 'key_nobody', secret }), 'invalid_signature'],
    [
      'an ed25519 key',
      () => specified(parts(), undefined, { keyId: ed25519KeyId, secret: pair.publicKey }),
      'invalid_signature',
    ],
    ['any other address', () => specified(parts(), undefined, undefined, false), 'scheme_not_allowed'],
    ['no key', () => requestOf('POST', path, { 'x-signature': 'A'.repeat(43) + '=' }, '{}', true), 'unauthenticated'],
  ]
  it.each(rows)('refuses %s', async (_given, make, code) => {
    expect(await outcome(make())).toBe(code)
  })

  it('is refused for a key that signs by rfc9421 alone, once its signature was right', async () => {
    const strict = await makeKey('alice', { schemes: ['rfc9421'] })
    expect(await outcome(specified(parts(), undefined, strict))).toBe('scheme_not_allowed')
    expect(await outcome(specified(parts(), undefined, { ...strict, secret: 'sk_wrong' }))).toBe('invalid_signature')
    expect(await outcome(await signed(createSigner({ ...strict, alg: 'hmac', now })))).toBe(`alice by ${strict.keyId}`)
  })
})
