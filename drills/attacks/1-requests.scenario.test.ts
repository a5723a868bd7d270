import { createHash, sign } from 'node:crypto'
import { createSigner } from '@species/sdk'
import { generateEd25519, readPrivateKey } from '@species/sdk/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { AttackStage, newId } from './attack-stage.ts'

const events = '/marketplace/v1/events'
let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start()
  await stage.buy('alice', 100)
})
afterAll(() => stage.endWell())

/** Sends text signed by alice's key; what comes back must be a whole problem document of this code. */
async function refused(
  code: string,
  text: string,
  more: Parameters<AttackStage['send']>[3] = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await stage.send('POST', events, text, { key: stage.players.alice.key, ...more })
  expect(answer.body).toEqual({
    type: `${stage.baseUrl}/errors/${code}`,
    title: expect.any(String) as string,
    status: answer.status,
    code,
    detail: expect.any(String) as string,
    retryable: expect.any(Boolean) as boolean,
    requestId: answer.headers.get('x-request-id'),
    ...('issues' in answer.body ? { issues: expect.any(Array) as unknown[] } : {}),
  })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const page = await fetch(String(answer.body['type']))
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(code) as string])
  return answer
}

const transfer = (more: object = {}): string =>
  JSON.stringify({ eventId: newId(), from: 'alice', to: 'bob', amount: 1, ...more })

describe('who asks', () => {
  test('an unsigned request is not taken', async () => {
    const answer = await stage.send('POST', events, transfer())
    expect([answer.status, answer.body['code']]).toEqual([401, 'unauthenticated'])
  })

  test('a signature by another key under the same key id is not taken', async () => {
    const { keyId } = stage.players.alice.key
    const key = { alg: 'ed25519' as const, keyId, ...generateEd25519() }
    expect((await refused('invalid_signature', transfer(), { key })).status).toBe(401)
  })

  test('a body that is not the signed one is not taken', async () => {
    const { keyId, ...key } = stage.players.alice.key
    if (key.alg !== 'ed25519') throw new Error('alice signs with Ed25519')
    const signer = createSigner({ keyId, alg: key.alg, privateKey: key.privateKey })
    const headers = await signer.headersFor({ method: 'POST', url: stage.baseUrl + events, body: transfer() })
    const answer = await stage.send('POST', events, transfer({ amount: 99 }), { headers })
    expect([answer.status, answer.body['code']]).toEqual([401, 'invalid_signature'])
  })

  test.each([
    ['old', -6],
    ['from the future', 6],
  ])('a signature that is %s is stale', async (_name, minutes) => {
    const answer = await refused('stale_signature', transfer(), { now: () => Date.now() + minutes * 60_000 })
    expect(answer.status).toBe(401)
  })

  test('signed headers of one request do not carry another body; their own event can be sent again', async () => {
    const { key } = stage.players.alice
    if (key.alg !== 'ed25519') throw new Error('alice signs with Ed25519')
    const signer = createSigner({ keyId: key.keyId, alg: key.alg, privateKey: key.privateKey })
    const body = transfer()
    const headers = await signer.headersFor({ method: 'POST', url: stage.baseUrl + events, body })
    const first = await stage.send('POST', events, body, { headers })
    const again = await stage.send('POST', events, body, { headers })
    expect([first.status, again.status]).toEqual([202, 202])
    expect(again.body).toEqual(first.body)
    const other = await stage.send('POST', events, transfer(), { headers })
    expect(other.status).toBe(401)
  })

  test('one nonce signs one body', async () => {
    const { key } = stage.players.alice
    if (key.alg !== 'ed25519') throw new Error('alice signs with Ed25519')
    const headers = (body: string): Record<string, string> => signedByHand(key, 'a-nonce-that-comes-twice', body)
    const [one, two] = [transfer(), transfer()]
    expect((await stage.send('POST', events, one, { headers: headers(one) })).status).toBe(202)
    const answer = await stage.send('POST', events, two, { headers: headers(two) })
    expect([answer.status, answer.body['code']]).toEqual([401, 'replayed_nonce'])
  })

  test('nobody sends from the account of somebody else', async () => {
    expect((await refused('not_your_account', transfer({ from: 'bob', to: 'alice' }))).status).toBe(403)
  })
})

describe('the body', () => {
  const raw = (amount: string): string => `{"eventId":"${newId()}","from":"alice","to":"bob","amount":${amount}}`
  test.each([
    '0',
    '-1',
    '-0',
    '1.5',
    '1.0',
    '1e3',
    '"1000 "',
    '" 1000"',
    '"0"',
    '"007"',
    '"1e3"',
    '"-1"',
    '""',
    '"٣"',
    '"0x10"',
    '9007199254740992',
    '"9007199254740992"',
    '1234567890123456789012345678901234567890',
    '"1234567890123456789012345678901234567890"',
    'null',
    'true',
    '[1]',
    '{}',
  ])('%s is not an amount', async (amount) => {
    expect((await refused('invalid_amount', raw(amount))).status).toBe(400)
  })

  test.each([
    ['a field that nobody knows', { note: 'hello' }],
    ['an unknown field in payWith', { payWith: { source: 'credit', rate: '0.1' } }],
    ['an event id with a path in it', { eventId: '../../admin' }],
    ['an event id that is too short', { eventId: 'short' }],
    ['a reserved name as sender', { from: 'treasury' }],
    ['a proof that is none', { payWith: { chain: 'ETH', proof: "0x' OR 1=1 --" } }],
    ['a price with seven places', { to: 'market', putProceeds: { unitPrice: '1.0000001' } }],
    ['a price of nothing', { to: 'market', putProceeds: { unitPrice: '0.000000' } }],
    ['a listing id that is none', { to: undefined, listingId: 'lst_1' }],
    ['an intent that there is not', { intent: 'MINT' }],
    ['a prototype', JSON.parse('{"__proto__": {"amount": 5}}') as object],
    ['an event that says it lapsed', { lapsed: true }],
  ])('%s is not taken', async (_name, more) => {
    expect((await refused('invalid_request', transfer(more))).status).toBe(400)
  })

  test.each([
    ['more than 64 KiB', 'body_too_large', 413, () => transfer({ note: 'x'.repeat(70_000) })],
    ['nesting without end', 'malformed_json', 400, () => '['.repeat(20_000) + ']'.repeat(20_000)],
    ['half of JSON', 'malformed_json', 400, () => '{"eventId":'],
    ['nothing', 'malformed_json', 400, () => ''],
    ['a list', 'invalid_request', 400, () => '[]'],
  ])('%s is refused', async (_name, code, status, text) => {
    expect((await refused(code, text())).status).toBe(status)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'a body of type %s is not read',
    async (type) => {
      const answer = await refused('unsupported_media_type', transfer(), { headers: { 'content-type': type } })
      expect(answer.status).toBe(415)
    },
  )

  test.each(['treasury', 'market', 'liquidity_pool'])('nobody is registered as %s', async (onliId) => {
    await expect(stage.operator.request('POST', '/admin/v1/users', { onliId })).rejects.toMatchObject({
      code: 'reserved_name',
      status: 422,
    })
  })
})

describe('the event id', () => {
  test('with another body is a conflict, with the same body is the same answer, and the event happens once', async () => {
    const eventId = newId()
    const { client } = stage.players.alice
    const before = (await stage.units('bob')).total
    const event = { eventId, from: 'alice', to: 'bob', amount: 2 }
    const first = await client.submitEvent(event)
    await refused('event_id_conflict', JSON.stringify({ ...event, amount: 3 }))
    expect(await client.submitEvent(event)).toEqual(first)
    await client.waitForEnd(eventId)
    expect(await client.submitEvent(event)).toEqual(first)
    expect((await stage.units('bob')).total).toBeGreaterThanOrEqual(before + 2)
  })

  test('sent twenty times at once happens once', async () => {
    const event = {
      eventId: newId(),
      from: 'carol',
      to: 'treasury',
      amount: 5,
      payWith: { chain: 'ETH' as const, proof: await stage.pay('carol', '6') },
    }
    const { client } = stage.players.carol
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.submitEvent(event)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    await client.waitForEnd(event.eventId)
    expect(await stage.units('carol')).toEqual({ available: 5, held: 0, total: 5 })
    expect(await stage.vault('vault-carol')).toBe(5)
  })

  test('of one owner says nothing about the same id of another', async () => {
    const eventId = newId()
    await stage.trade('alice', { eventId, to: 'bob', amount: 1 })
    expect((await stage.trade('bob', { eventId, to: 'alice', amount: 1 })).status).toBe('COMPLETED')
  })
})

/** A signature after RFC 9421 written out by hand: the SDK does not let a nonce be chosen. */
function signedByHand(key: { keyId: string; privateKey: string }, nonce: string, body: string): Record<string, string> {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  const created = Math.floor(Date.now() / 1_000)
  const params = `("@method" "@target-uri" "content-digest");created=${created};nonce="${nonce}";keyid="${key.keyId}";alg="ed25519"`
  const base = [
    '"@method": POST',
    `"@target-uri": ${stage.baseUrl}${events}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${params}`,
  ].join('\n')
  const signature = sign(null, Buffer.from(base), readPrivateKey(key.privateKey)).toString('base64')
  return { 'content-digest': digest, 'signature-input': `sig=${params}`, signature: `sig=:${signature}:` }
}
