import { type Client, createClient, createSigner, signConfirmation } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import {
  type KeyAnswer,
  clock,
  database,
  fetchHere,
  hmacClient,
  keyFor,
  now,
  openAccess,
  operator,
  told,
  userWithKey,
} from './test-world.ts'
import { origin } from '../test-world.ts'
import { mandateExample } from './mandate-wire.ts'

openAccess()

const base = '/marketplace/v1/agents'
const mandate = { usdt: { perTrade: '20.000000', perDay: '100.000000' }, intents: ['BUY_TREASURY'] }
interface AgentAnswer {
  readonly agentId: string
  readonly keyId: string
  readonly status: string
  readonly mandateVersion: number
  readonly changedAt: string
}

/** A user with a key that trades and a second one that confirms. */
async function owner(onliId: string): Promise<{
  client: Client
  confirmed: (method: string, path: string, body: object) => Promise<unknown>
  sign: (method: string, path: string, body: object) => Promise<Record<string, string>>
}> {
  const client = await userWithKey(onliId)
  const second: KeyAnswer = await keyFor(onliId, { scopes: ['read', 'payout'] })
  const sign = async (method: string, path: string, body: object) => ({
    'species-confirmation': await signConfirmation(
      { alg: 'hmac', keyId: second.keyId, secret: second.secret, now },
      { onliId, method, path, body: JSON.stringify(body) },
    ),
  })
  return {
    client,
    sign,
    confirmed: async (method, path, body) =>
      await told(client.request(method, path, body, await sign(method, path, body))),
  }
}

async function agentOf(onliId: string, given: object = mandate) {
  const person = await owner(onliId)
  const pair = generateEd25519()
  const body = { name: 'buyer', publicKey: pair.publicKey, mandate: given }
  const agent = (await person.confirmed('POST', base, body)) as AgentAnswer
  const signer = createSigner({ keyId: agent.keyId, alg: 'ed25519', privateKey: pair.privateKey, now })
  const client = createClient({ baseUrl: origin, fetch: fetchHere, signer })
  return { ...person, owner: person.client, agent, body, itself: client }
}

it('an agent is made once a person confirms it, once for its key, and can do nothing but read and trade', async () => {
  const { owner: alice, agent, body, confirmed, itself } = await agentOf('alice')
  expect(agent).toMatchObject({ status: 'active', mandateVersion: 1, mandate })
  expect(await told(alice.request('POST', base, { ...body, name: 'another' }))).toBe('403 confirmation_required')
  expect(await confirmed('POST', base, body)).toMatchObject({ agentId: agent.agentId, keyId: agent.keyId })
  expect(await itself.call('authenticate')).toMatchObject({
    scopes: ['read', 'trade'],
    limits: { agent: agent.agentId },
  })
  for (const path of [base, '/marketplace/v1/keys', `${base}/${agent.agentId}/pause`, `${base}/stop`])
    expect(await told(itself.request('POST', path, {}))).toBe('403 forbidden')
  expect(await told(itself.request('PUT', `${base}/${agent.agentId}/mandate`, {}))).toBe('403 forbidden')
})

it('no other key is a key of an agent: not by asking for it', async () => {
  const { owner: client, agent } = await agentOf('amy')
  const wanted = { alg: 'hmac', scopes: ['read'], limits: { agent: agent.agentId } }
  expect(await told(client.request('POST', '/marketplace/v1/keys', wanted))).toBe('400 invalid_request')
})

it('a key that is limited gives no mandate, confirmed or not', async () => {
  const { agent, sign } = await agentOf('ben')
  const path = `${base}/${agent.agentId}/mandate`
  const limited = hmacClient(await keyFor('ben', { limits: { unitsPerTrade: '5' } }))
  const wider = { mandate: { usdt: { perTrade: '21' } }, replaces: 1 }
  expect(await told(limited.request('PUT', path, wider, await sign('PUT', path, wider)))).toBe('403 forbidden')
})

it('widening takes a confirmation, narrowing does not, and neither replaces what was not read', async () => {
  const { owner: client, agent, confirmed } = await agentOf('carl')
  const path = `${base}/${agent.agentId}/mandate`
  const wider = { mandate: { ...mandate, usdt: { perDay: '200' } }, replaces: 1 }
  expect(await told(client.request('PUT', path, wider))).toBe('403 confirmation_required')
  expect(await confirmed('PUT', path, wider)).toMatchObject({ mandateVersion: 2 })
  // The same confirmation again does nothing: its version is replaced.
  expect(await confirmed('PUT', path, wider)).toBe('412 precondition_failed')
  const narrower = {
    mandate: { ...mandate, usdt: { perDay: '50' }, expiresAt: '2099-01-01T00:00:00.000Z' },
    replaces: 2,
  }
  expect(await told(client.request('PUT', path, narrower))).toMatchObject({ status: 'active', mandateVersion: 3 })
  const agents = await authenticatorModule.queries(database).agents([agent.agentId])
  expect(agents.get(agent.agentId)).toMatchObject({
    mandateVersion: 3,
    mandate: { usdt: { perDay: 50_000_000n }, intents: ['BUY_TREASURY'], expiresAtMs: Date.UTC(2099, 0, 1) },
  })
  const versions = await database.query<{ version: number; confirmed: boolean }>(
    `SELECT version, confirmed_by IS NOT NULL AS confirmed FROM authenticator.mandates WHERE agent_id = $1 ORDER BY version`,
    [agent.agentId],
  )
  expect(versions).toEqual([1, 2, 3].map((version) => ({ version, confirmed: version < 3 })))
  await expect(database.query('UPDATE authenticator.mandates SET mandate = mandate')).rejects.toThrow('does not change')
})

it.each([
  ['no amount', { intents: ['TRANSFER'] }],
  ['an end that is past', { usdt: { perDay: '1' }, expiresAt: '2020-01-01T00:00:00Z' }],
  [
    'a time zone that there is not',
    { usdt: { perDay: '1' }, hours: { timeZone: 'Mars/Base', from: '01:00', to: '02:00' } },
  ],
  ['an hour that there is not', { usdt: { perDay: '1' }, hours: { timeZone: 'UTC', from: '24:00', to: '02:00' } }],
  ['money out', { usdt: { perDay: '1' }, payoutAddresses: [] }],
])('a mandate with %s is refused', async (_what, given) => {
  const { agent, confirmed } = await agentOf(`u-${Math.random().toString(36).slice(2, 10)}`)
  expect(await confirmed('PUT', `${base}/${agent.agentId}/mandate`, { mandate: given, replaces: 1 })).toBe(
    '400 invalid_request',
  )
})

it('pausing acts at once and needs no confirmation, resuming does, and a confirmation resumes once', async () => {
  const { owner: client, agent, confirmed, itself } = await agentOf('dan')
  const one = `${base}/${agent.agentId}`
  clock.advance(10)
  const paused = (await told(client.request('POST', `${one}/pause`))) as AgentAnswer
  expect(paused.status).toBe('paused')
  expect(await told(itself.request('GET', one))).toMatchObject({
    status: 'paused',
    use: { usdt: { perDay: { left: '100.000000' } } },
  })
  const resume = { changedAt: paused.changedAt }
  expect(await told(client.request('POST', `${one}/resume`, resume))).toBe('403 confirmation_required')
  expect(await confirmed('POST', `${one}/resume`, resume)).toMatchObject({ status: 'active' })
  clock.advance(10)
  await client.request('POST', `${one}/pause`)
  expect(await confirmed('POST', `${one}/resume`, resume)).toBe('412 precondition_failed')
})

it('a revoked agent is so for ever, and its key is refused', async () => {
  const { owner: client, agent, confirmed, itself } = await agentOf('eli')
  const one = `${base}/${agent.agentId}`
  const revoked = (await told(client.request('POST', `${one}/revoke`))) as AgentAnswer
  expect(revoked.status).toBe('revoked')
  expect(await told(itself.request('GET', one))).toBe('401 key_revoked')
  expect(await confirmed('POST', `${one}/resume`, { changedAt: revoked.changedAt })).toBe('412 precondition_failed')
  expect(await confirmed('PUT', `${one}/mandate`, { mandate, replaces: 1 })).toBe('412 precondition_failed')
  expect(await told(client.request('POST', `${one}/pause`))).toMatchObject({ status: 'revoked' })
})

it('an owner stops all agents of theirs and no others, also those made later', async () => {
  const { owner: client, agent, confirmed } = await agentOf('fay')
  const other = await agentOf('gil')
  const { stoppedAt } = (await told(client.request('POST', `${base}/stop`, {}))) as { stoppedAt: string }
  const statusOf = async () => {
    const found = await authenticatorModule.queries(database).agents([agent.agentId, other.agent.agentId])
    return [agent.agentId, other.agent.agentId].map((agentId) => found.get(agentId)?.status)
  }
  expect(await statusOf()).toEqual(['stopped_by_owner', 'active'])
  const later = { name: 'later', publicKey: generateEd25519().publicKey, mandate }
  expect(await confirmed('POST', base, later)).toMatchObject({ status: 'stopped_by_owner' })
  expect(await told(client.request('POST', `${base}/resume`, { stoppedAt }))).toBe('403 confirmation_required')
  expect(await confirmed('POST', `${base}/resume`, { stoppedAt: '2020-01-01T00:00:00Z' })).toBe(
    '412 precondition_failed',
  )
  expect(await confirmed('POST', `${base}/resume`, { stoppedAt })).toEqual({ status: 204 })
  expect(await statusOf()).toEqual(['active', 'active'])
})

it('an operator stops every agent, which is in the audit log', async () => {
  const { agent } = await agentOf('hal')
  const path = '/admin/v1/agents'
  expect(await told(operator.request('POST', `${path}/stop`, { reason: 'They flood the market.' }))).toMatchObject({
    stopped: true,
  })
  const status = async () =>
    (await authenticatorModule.queries(database).agents([agent.agentId])).get(agent.agentId)?.status
  expect(await status()).toBe('stopped_by_operator')
  expect(await told(operator.request('POST', `${path}/resume`, { reason: 'It is over.' }))).toMatchObject({
    stopped: false,
  })
  expect(await status()).toBe('active')
  const lines = await database.query<{ action: string }>(
    `SELECT action FROM authenticator.audit WHERE phase = 'done' AND target = 'venue' ORDER BY seq`,
  )
  expect(lines.map(({ action }) => action)).toEqual(['agents.stop', 'agents.resume'])
})

it('nobody reads or changes the agents of another, nor an agent those of its owner', async () => {
  const { owner: client, confirmed, agent, itself } = await agentOf('ida')
  const sibling = (await confirmed('POST', base, {
    name: 'sibling',
    publicKey: generateEd25519().publicKey,
    mandate: mandateExample,
  })) as AgentAnswer
  const { client: stranger } = await owner('jon')
  const one = `${base}/${agent.agentId}`
  expect(await told(stranger.request('GET', one))).toBe('404 not_found')
  expect(await told(stranger.request('POST', `${one}/revoke`))).toBe('404 not_found')
  expect(await told(itself.request('GET', `${base}/${sibling.agentId}`))).toBe('404 not_found')
  const listed = (answer: unknown) => (answer as { agents: AgentAnswer[] }).agents.map(({ agentId }) => agentId)
  expect(listed(await told(itself.request('GET', base)))).toEqual([agent.agentId])
  expect(listed(await told(client.request('GET', base))).sort()).toEqual([agent.agentId, sibling.agentId].sort())
})
