import { createHash, createHmac } from 'node:crypto'
import type { SignedRequest } from '@species/contracts'
import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Signer, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { httpbis } from 'http-message-signatures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purgeNonces } from '../adapters/nonce-store.ts'
import type { KeyRequest } from '../domain/api-key.ts'
import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { type World, byOperator, createWorld, giveKey, freshNonce, requestOf } from '../test-world.ts'
import { revokeKey, rotateKey } from './manage-keys.ts'
import { changingStatus, createUser } from './manage-users.ts'

const path = '/marketplace/v1/events'
const trace = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
const clock = manualClock()
const now = (): number => clock.now()
const pair = generateEd25519()
let database: Database
let world: World
let hmacKeyId: string
let secret: string
let ed25519KeyId: string

const request = (more: Partial<KeyRequest>): KeyRequest => ({
  alg: 'hmac',
  publicKey: undefined,
  scopes: ['read', 'trade', 'keys', 'wallets'],
  limits: undefined,
  schemes: undefined,
  expiresAtMs: undefined,
  ...more,
})

const makeKey = async (onliId: string, more: Partial<KeyRequest>): Promise<{ keyId: string; secret: string }> => {
  const made = await giveKey(world.deps, { onliId, request: request(more), trace })
  if (!made.ok) throw new Error(made.refusal.detail)
  return { keyId: made.value.key.keyId, secret: made.value.secret ?? '' }
}

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  for (const onliId of ['alice', 'bob']) await createUser(world.deps, { onliId, profileTray: {}, trace })
  ;({ keyId: hmacKeyId, secret } = await makeKey('alice', {}))
  ;({ keyId: ed25519KeyId } = await makeKey('alice', { alg: 'ed25519', publicKey: pair.publicKey }))
})
afterAll(async () => {
  await database.close()
})

const signers: [name: string, signer: () => Signer][] = [
  ['hmac-sha256', () => createSigner({ keyId: hmacKeyId, alg: 'hmac', secret, now })],
  ['ed25519', () => createSigner({ keyId: ed25519KeyId, alg: 'ed25519', privateKey: pair.privateKey, now })],
]
const ed25519Signer = (): Signer => signers[1]![1]()

const eventBody = (eventId = `event-${freshNonce()}`): string =>
  JSON.stringify({ eventId, from: 'alice', to: 'bob', amount: 1 })

const signed = async (
  signer: Signer,
  method = 'POST',
  at = path,
  body: string | undefined = eventBody(),
): Promise<SignedRequest> =>
  requestOf(method, at, await signer.headersFor({ method, url: `http://market.test${at}`, body }), body)

const outcome = async (one: SignedRequest): Promise<string> => {
  const verified = await world.verifier.verify(one)
  if (!verified.ok) return verified.refusal.code
  return verified.value.resend ? 'resend' : `${verified.value.principal.onliId} by ${verified.value.principal.keyId}`
}

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

describe('keys that end', () => {
  it('are refused at once when revoked, cached or not', async () => {
    const key = await makeKey('bob', {})
    const signer = createSigner({ ...key, alg: 'hmac', now })
    expect(await outcome(await signed(signer))).toBe(`bob by ${key.keyId}`)
    await revokeKey(world.deps, { onliId: 'bob', keyId: key.keyId, actor: byOperator, trace })
    expect(await outcome(await signed(signer))).toBe('key_revoked')
  })

  it('are refused within a second where no message came', async () => {
    const key = await makeKey('bob', {})
    const signer = createSigner({ ...key, alg: 'hmac', now })
    await outcome(await signed(signer))
    await database.query('UPDATE authenticator.api_keys SET revoked_at = created_at WHERE key_id = $1', [key.keyId])
    clock.advance(999)
    expect(await outcome(await signed(signer))).toBe(`bob by ${key.keyId}`)
    clock.advance(1)
    expect(await outcome(await signed(signer))).toBe('key_revoked')
  })

  it('are refused earlier where a message came', async () => {
    const key = await makeKey('bob', {})
    const other = createWorld(database, clock)
    const one = async (): Promise<unknown> =>
      await other.verifier.verify(await signed(createSigner({ ...key, alg: 'hmac', now })))
    expect(await one()).toMatchObject({ ok: true })
    await revokeKey(world.deps, { onliId: 'bob', keyId: key.keyId, actor: byOperator, trace })
    await other.bus.publish([{ topic: 'access.changed', key: 'bob', partition: 0, trace, body: { onliId: 'bob' } }])
    expect(await one()).toMatchObject({ refusal: { code: 'key_revoked' } })
  })

  it('live on beside their successor for the overlap, and no longer', async () => {
    const key = await makeKey('bob', {})
    const actor = { onliId: 'bob', keyId: key.keyId }
    const rotated = await rotateKey(world.deps, {
      actor,
      keyId: key.keyId,
      overlapMs: 60_000,
      publicKey: undefined,
      trace,
    })
    if (!rotated.ok) throw new Error(rotated.refusal.code)
    const successor = { keyId: rotated.value.key.keyId, secret: rotated.value.secret ?? '' }
    const both = async (): Promise<string[]> =>
      await Promise.all(
        [key, successor].map(async (one) => await outcome(await signed(createSigner({ ...one, alg: 'hmac', now })))),
      )
    expect(await both()).toEqual([`bob by ${key.keyId}`, `bob by ${successor.keyId}`])
    clock.advance(59_999)
    expect((await both())[0]).toBe(`bob by ${key.keyId}`)
    clock.advance(1)
    expect(await both()).toEqual(['key_revoked', `bob by ${successor.keyId}`])
  })
})

it.each(['suspended', 'frozen'] as const)('lets a %s user read and nothing else', async (status) => {
  const onliId = `user-${status}`
  await createUser(world.deps, { onliId, profileTray: {}, trace })
  const key = await makeKey(onliId, {})
  const signer = createSigner({ ...key, alg: 'hmac', now })
  await outcome(await signed(signer))
  const change = async (to: 'active' | typeof status): Promise<void> => {
    const by = { reason: 'a test', actor: 'key_operator', trace }
    const work = changingStatus(world.deps)
    const ran = await world.deps.database.transaction((tx) => work.run(tx, { onliId, status: to }, by))
    await ran.afterCommit?.()
  }
  await change(status)
  expect(await outcome(await signed(signer))).toBe('user_suspended')
  expect(await outcome(await signed(signer, 'GET', path, undefined))).toBe(`${onliId} by ${key.keyId}`)
  await change('active')
  expect(await outcome(await signed(signer))).toBe(`${onliId} by ${key.keyId}`)
})

it('gives one of a hundred that come at once the nonce, and the others a resend or a refusal', async () => {
  const one = await signed(ed25519Signer())
  const answers = await Promise.all(Array.from({ length: 100 }, async () => await outcome(one)))
  expect(answers.filter((answer) => answer === `alice by ${ed25519KeyId}`)).toHaveLength(1)
  expect(answers.filter((answer) => answer === 'resend')).toHaveLength(99)
})

it('keeps nonces as long as a signature can be fresh, and then forgets them', async () => {
  const one = await signed(ed25519Signer())
  await outcome(one)
  const count = async (): Promise<number> => (await database.query('SELECT 1 FROM authenticator.nonces')).length
  clock.advance(11 * 60_000)
  await purgeNonces(database, clock.now())
  expect(await count()).toBeGreaterThan(0)
  clock.advance(1)
  await purgeNonces(database, clock.now())
  expect(await count()).toBe(0)
})

describe('the operator', () => {
  const operator = generateEd25519()
  const ensure = async (keyId: string, publicKey: string): Promise<void> => {
    await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId, publicKey })
  }

  it('has the key of the settings, made once, with no power to trade', async () => {
    await ensure('key_operator', operator.publicKey)
    await ensure('key_operator', operator.publicKey)
    const signer = createSigner({
      keyId: 'key_operator',
      alg: 'ed25519',
      privateKey: operator.privateKey,
      now,
    })
    expect(await world.verifier.verify(await signed(signer, 'GET', '/admin/v1/users/alice', undefined))).toMatchObject({
      value: { principal: { onliId: 'operator', scopes: ['read', 'operator'] } },
    })
  })

  it('does not take over another key, and no revoked one comes back', async () => {
    await expect(ensure('key_operator', generateEd25519().publicKey)).rejects.toThrow(/another key/)
    await expect(ensure(ed25519KeyId, pair.publicKey)).rejects.toThrow(/another key/)
    await revokeKey(world.deps, { onliId: undefined, keyId: 'key_operator', actor: byOperator, trace })
    await expect(ensure('key_operator', operator.publicKey)).rejects.toThrow(/revoked/)
  })
})
