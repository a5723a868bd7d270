import type { KeyLimits, Scope } from '@species/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ApiKey, type KeyRequest, type Scheme, allowRotation, grantKey, isUsable } from './api-key.ts'
import { coversLimits } from './limits.ts'

const nowMs = 1_000_000

function keyWith(more: Partial<ApiKey>): ApiKey {
  return {
    keyId: 'key_maker',
    onliId: 'alice',
    alg: 'hmac',
    publicKey: undefined,
    scopes: ['read', 'trade', 'keys'],
    limits: undefined,
    limitsVersion: 1,
    schemes: ['specification', 'rfc9421'],
    createdAtMs: 0,
    expiresAtMs: undefined,
    revokedAtMs: undefined,
    rotatedTo: undefined,
    allowanceId: 'key_maker',
    operatorId: undefined,
    madeBy: undefined,
    ...more,
  }
}

function requestFor(more: Partial<KeyRequest>): KeyRequest {
  return {
    alg: 'hmac',
    publicKey: undefined,
    scopes: ['read'],
    limits: undefined,
    schemes: undefined,
    expiresAtMs: undefined,
    ...more,
  }
}

describe('a key that makes a key', () => {
  const rows: [given: string, maker: Partial<ApiKey> | undefined, request: Partial<KeyRequest>, answer: string][] = [
    ['gives what it has', {}, { scopes: ['read', 'trade'] }, 'granted'],
    ['gives no scope it lacks', {}, { scopes: ['wallets'] }, 'forbidden'],
    ['never gives operator, though it has it', { scopes: ['keys', 'operator'] }, { scopes: ['operator'] }, 'forbidden'],
    [
      'is not needed by an operator, who may give all',
      undefined,
      { scopes: ['read', 'trade', 'keys', 'wallets'] },
      'granted',
    ],
    ['not even an operator gives operator', undefined, { scopes: ['operator'] }, 'forbidden'],
    ['gives a limit of its own size', { limits: { unitsPerTrade: 5n } }, { limits: { unitsPerTrade: 5n } }, 'granted'],
    ['gives no larger limit', { limits: { unitsPerTrade: 5n } }, { limits: { unitsPerTrade: 6n } }, 'forbidden'],
    [
      'gives no other intent',
      { limits: { intents: ['TRANSFER'] } },
      { limits: { intents: ['TRANSFER', 'REDEEM'] } },
      'forbidden',
    ],
    [
      'gives no other counterparty',
      { limits: { counterparties: ['bob'] } },
      { limits: { counterparties: ['eve'] } },
      'forbidden',
    ],
    [
      'does not multiply its daily allowance',
      { limits: { unitsPerDay: 9n } },
      { scopes: ['trade'], limits: { unitsPerDay: 1n } },
      'forbidden',
    ],
    ['makes a reading key in spite of its allowance', { limits: { unitsPerDay: 9n } }, { scopes: ['read'] }, 'granted'],
    ['makes none that outlives it', { expiresAtMs: nowMs + 5 }, { expiresAtMs: nowMs + 6 }, 'forbidden'],
    ['makes none that has ended', {}, { expiresAtMs: nowMs }, 'invalid_request'],
    ['needs a public key for ed25519', {}, { alg: 'ed25519' }, 'invalid_request'],
    ['takes no public key for hmac', {}, { publicKey: 'x' }, 'invalid_request'],
    ['gives no way to sign it lacks', { schemes: ['rfc9421'] }, { schemes: ['specification'] }, 'forbidden'],
    ['gives a way to sign it has', { schemes: ['rfc9421'] }, { schemes: ['rfc9421'] }, 'granted'],
    [
      'gives no ed25519 key, which signs as it cannot',
      { schemes: ['specification'] },
      { alg: 'ed25519', publicKey: 'x' },
      'forbidden',
    ],
    ['has no HMAC with ed25519', {}, { alg: 'ed25519', publicKey: 'x', schemes: ['specification'] }, 'invalid_request'],
  ]
  it.each(rows)('%s', (_given, maker, request, answer) => {
    const granted = grantKey(maker && keyWith(maker), requestFor(request), nowMs)
    expect(granted.ok ? 'granted' : granted.refusal.code).toBe(answer)
  })

  it('hands down its limits and its end where none are asked for', () => {
    const maker = keyWith({ limits: { unitsPerTrade: 5n, intents: ['TRANSFER'] }, expiresAtMs: nowMs + 9 })
    expect(grantKey(maker, requestFor({ limits: { unitsPerTrade: 3n } }), nowMs)).toMatchObject({
      value: { limits: { unitsPerTrade: 3n, intents: ['TRANSFER'] }, expiresAtMs: nowMs + 9 },
    })
  })

  it.each<[string, Partial<ApiKey>, Partial<KeyRequest>, readonly string[]]>([
    ['nothing where it has none of its own', {}, {}, []],
    ['an end', { expiresAtMs: nowMs + 9 }, {}, ['expiresAt']],
    ['no end that was asked for', { expiresAtMs: nowMs + 9 }, { expiresAtMs: nowMs + 9 }, []],
    [
      'limits that were left open',
      { limits: { unitsPerTrade: 5n } },
      { limits: { intents: ['TRANSFER'] } },
      ['limits'],
    ],
    ['no limits that were asked for', { limits: { unitsPerTrade: 5n } }, { limits: { unitsPerTrade: 4n } }, []],
    ['the one way it signs', { schemes: ['rfc9421'] }, {}, ['schemes']],
  ])('says what it hands down unasked: %s', (_what, maker, request, inherited) => {
    expect(grantKey(keyWith(maker), requestFor(request), nowMs)).toMatchObject({ value: { inherited } })
  })

  it('never makes a key with more power than its own, whatever is asked', () => {
    const scopes = fc.subarray<Scope>(['read', 'trade', 'keys', 'wallets', 'operator'])
    const limits = fc.record(
      {
        unitsPerTrade: fc.bigInt(0n, 20n),
        unitsPerDay: fc.bigInt(0n, 20n),
        intents: fc.subarray(['TRANSFER', 'REDEEM', 'BUY_MARKET'] as const),
        counterparties: fc.subarray(['bob', 'carol', 'dave']),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<KeyLimits>
    const option = <T>(inner: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(inner, { nil: undefined })
    const end = option(fc.integer({ min: nowMs + 1, max: nowMs + 100 }))
    const schemes = fc.subarray<Scheme>(['specification', 'rfc9421'], { minLength: 1 })
    fc.assert(
      fc.property(
        scopes,
        option(limits),
        end,
        scopes,
        option(limits),
        end,
        schemes,
        option(schemes),
        (has, own, ends, asks, asked, expiresAtMs, signsBy, asksFor) => {
          const maker = keyWith({ scopes: has, limits: own, expiresAtMs: ends, schemes: signsBy })
          const request = requestFor({ scopes: asks, limits: asked, expiresAtMs, schemes: asksFor })
          const granted = grantKey(maker, request, nowMs)
          if (!granted.ok) return
          expect(granted.value.schemes.every((scheme) => signsBy.includes(scheme))).toBe(true)
          expect(granted.value.scopes.every((scope) => has.includes(scope) && scope !== 'operator')).toBe(true)
          expect(coversLimits(own, granted.value.limits)).toBe(true)
          expect(granted.value.expiresAtMs ?? Infinity).toBeLessThanOrEqual(ends ?? Infinity)
        },
      ),
    )
  })
})

describe('rotation', () => {
  const broad = keyWith({ keyId: 'key_broad', scopes: ['read', 'trade', 'keys', 'wallets'] })
  const rows: [given: string, actor: ApiKey, target: ApiKey, publicKey: string | undefined, answer: string][] = [
    ['of itself', broad, broad, undefined, 'allowed'],
    ['of a narrower key', broad, keyWith({}), undefined, 'allowed'],
    ['of a broader key', keyWith({}), broad, undefined, 'forbidden'],
    [
      'of a key with looser limits',
      keyWith({ limits: { unitsPerTrade: 1n } }),
      keyWith({ keyId: 'key_b' }),
      undefined,
      'forbidden',
    ],
    [
      'of a key that outlives the actor',
      keyWith({ expiresAtMs: nowMs + 1 }),
      keyWith({ keyId: 'key_b' }),
      undefined,
      'forbidden',
    ],
    [
      'of itself with a daily allowance, which its successor shares',
      keyWith({ limits: { unitsPerDay: 1n } }),
      keyWith({ limits: { unitsPerDay: 1n } }),
      undefined,
      'allowed',
    ],
    [
      'of another with a daily allowance, which would come on top',
      keyWith({ limits: { unitsPerDay: 1n } }),
      keyWith({ keyId: 'key_b', limits: { unitsPerDay: 1n } }),
      undefined,
      'forbidden',
    ],
    [
      'of a key that signs in a way the actor does not',
      keyWith({ schemes: ['rfc9421'] }),
      keyWith({ keyId: 'key_b' }),
      undefined,
      'forbidden',
    ],
    ['of an allowance by an unlimited key', broad, keyWith({ limits: { unitsPerDay: 1n } }), undefined, 'allowed'],
    ['a second time', broad, keyWith({ rotatedTo: 'key_next' }), undefined, 'already_exists'],
    ['of a revoked key', broad, keyWith({ revokedAtMs: 1 }), undefined, 'precondition_failed'],
    [
      'of an ed25519 key without its successor',
      broad,
      keyWith({ alg: 'ed25519', publicKey: 'x' }),
      undefined,
      'invalid_request',
    ],
    ['of an hmac key with a public key', broad, keyWith({}), 'x', 'invalid_request'],
  ]
  it.each(rows)('%s', (_given, actor, target, publicKey, answer) => {
    const allowed = allowRotation(actor, { target }, publicKey, nowMs)
    expect(allowed.ok ? 'allowed' : allowed.refusal.code).toBe(answer)
  })
})

it('a key whose successor was revoked rotates again: nobody may have received its secret', () => {
  const target = keyWith({ rotatedTo: 'key_next' })
  expect(allowRotation(keyWith({}), { target, isSuccessorGone: true }, undefined, nowMs).ok).toBe(true)
})

it('a key ends at its end, not after it', () => {
  expect(isUsable({ expiresAtMs: nowMs, revokedAtMs: undefined }, nowMs - 1)).toBe(true)
  expect(isUsable({ expiresAtMs: nowMs, revokedAtMs: undefined }, nowMs)).toBe(false)
})
