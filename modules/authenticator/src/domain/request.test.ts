import { describe, expect, it } from 'vitest'
import { uncovered } from './coverage.ts'
import { isFresh, maxSkewMs, nonceLifeMs } from './freshness.ts'
import { isSpecificationNonce, judgeReuse } from './nonce.ts'
import { familyOf } from '@species/contracts/chains'
import { challengeText } from './wallet.ts'

describe('what a signature must cover', () => {
  const rows: [components: string[], hasBody: boolean, missing: string[]][] = [
    [['@method', '@target-uri'], false, []],
    [['@method', '@target-uri', 'content-digest'], true, []],
    [['@method', '@authority', '@path', '@query', 'content-digest'], true, []],
    [['@method', '@target-uri'], true, ['content-digest']],
    [['@target-uri', 'content-digest'], true, ['@method']],
    [['@method', '@authority', '@path'], false, ['@query']],
    [['@method', '@path', '@query'], false, ['@authority']],
    [['@method'], false, ['@target-uri']],
    [[], true, ['@method', '@target-uri', 'content-digest']],
  ]
  it.each(rows)('%j with a body: %s, lacks %j', (components, hasBody, missing) => {
    expect(uncovered(components, hasBody)).toEqual(missing)
  })
})

describe('the time of a signature', () => {
  const now = 1_767_225_600_000
  const rows: [given: string, signedAt: number, expiresAt: number | undefined, fresh: boolean][] = [
    ['now', now, undefined, true],
    ['five minutes old', now - maxSkewMs, undefined, true],
    ['older', now - maxSkewMs - 1, undefined, false],
    ['five minutes ahead', now + maxSkewMs, undefined, true],
    ['further ahead', now + maxSkewMs + 1, undefined, false],
    ['expired', now - 10, now - 1, false],
    ['too old, whatever its end', now - maxSkewMs - 1, now + 1, false],
  ]
  it.each(rows)('%s', (_given, signedAt, expiresAt, fresh) => {
    expect(isFresh(signedAt, expiresAt, now)).toBe(fresh)
  })

  it('is over before its nonce is forgotten', () => {
    expect(nonceLifeMs).toBeGreaterThan(2 * maxSkewMs)
  })
})

describe('a nonce that comes again', () => {
  const first = { owner: 'alice', nonce: 'n', eventId: 'event-0001', requestHash: 'h' }
  const rows: [given: string, again: Partial<typeof first>, verdict: string][] = [
    ['with the same event is a resend', {}, 'resend'],
    ['with another event is a replay', { eventId: 'event-0002' }, 'replayed'],
    ['with another body or address is a replay', { requestHash: 'i' }, 'replayed'],
  ]
  it.each(rows)('%s', (_given, again, verdict) => {
    expect(judgeReuse(first, { ...first, ...again })).toBe(verdict)
  })

  it('without an event is a replay, even of the same request: it would be done twice', () => {
    const use = { ...first, eventId: undefined }
    expect(judgeReuse(use, use)).toBe('replayed')
  })

  it.each([
    ['a'.repeat(15), false],
    ['a'.repeat(16), true],
    ['a'.repeat(65), false],
    ['aaaaaaaaaaaaaaa\n', false],
  ])('%j is a nonce: %s', (text, yes) => {
    expect(isSpecificationNonce(text)).toBe(yes)
  })
})

it('a challenge names account, address, chain, nonce and end', () => {
  const text = challengeText({
    domain: 'market.test',
    onliId: 'alice',
    family: familyOf('BSC'),
    address: '0xab',
    nonce: 'n1',
    expiresAt: '2026-01-01T00:10:00.000Z',
  })
  for (const fact of [
    'Domain: market.test',
    'Account: alice',
    'Address: 0xab',
    'Chain: EVM',
    'Nonce: n1',
    'Valid until: 2026-01-01T00:10:00.000Z',
  ]) {
    expect(text.split('\n')).toContain(fact)
  }
})
