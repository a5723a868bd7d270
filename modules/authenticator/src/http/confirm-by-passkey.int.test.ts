import { createHash } from 'node:crypto'
import { confirmationText } from '@species/contracts'
import { type Client, createClient, createSigner, signConfirmation } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { createSoftwarePasskey } from '@species/testing'
import { expect, it } from 'vitest'
import { createWorld, origin, publicUrl } from '../test-world.ts'
import {
  type KeyAnswer,
  clock,
  database,
  fetchHere,
  keyFor,
  now,
  openAccess,
  operator,
  told,
  userWithKey,
  world,
} from './test-world.ts'

openAccess()

type Passkey = ReturnType<typeof createSoftwarePasskey>
type Options = Parameters<Passkey['create']>[0]
const action = { method: 'POST', path: '/marketplace/v1/addresses', body: '{"chain":"ETH"}' }

async function passkeyOf(client: Client, twist = {}): Promise<Passkey> {
  const passkey = createSoftwarePasskey(publicUrl)
  const options = (await client.request('POST', '/marketplace/v1/passkeys/options', {})).body as Options
  await client.request('POST', '/marketplace/v1/passkeys', { name: 'phone', response: passkey.create(options, twist) })
  return passkey
}
const textOf = (onliId: string, { method, path, body } = action, atMs = now()): string =>
  confirmationText({ onliId, method, path, bodyHash: createHash('sha256').update(body).digest('base64url') }, atMs)

async function ask(onliId: string, confirmation: string | null, asked = action): Promise<string> {
  const answer = await database.transaction((tx) =>
    world.deps.confirm(tx).confirm({ onliId, keyId: 'key_asks' }, asked, confirmation),
  )
  return answer.ok ? answer.value.by : answer.refusal.code
}
const invalid = 'confirmation_invalid'

it('a passkey confirms exactly one request of its own person', async () => {
  const passkey = await passkeyOf(await userWithKey('ann'))
  const stranger = await passkeyOf(await userWithKey('bea'))
  expect(await ask('ann', null)).toBe('confirmation_required')
  expect(await ask('ann', passkey.confirm(textOf('ann'), now()))).toMatch(/^psk_/)
  for (const wrong of [
    passkey.confirm(textOf('ann', { ...action, body: '{"chain":"BSC"}' }), now()),
    passkey.confirm(textOf('ann', { ...action, path: '/marketplace/v1/payouts' }), now()),
    passkey.confirm(textOf('ann', { ...action, method: 'DELETE' }), now()),
    passkey.confirm(textOf('bea'), now()),
    stranger.confirm(textOf('ann'), now()),
    passkey.confirm(textOf('ann'), now() + 1),
    passkey.confirm(textOf('ann', action, now() - 300_001), now() - 300_001),
    passkey.confirm(textOf('ann'), now(), { origin: 'https://evil.test' }),
    passkey.confirm(textOf('ann'), now(), { rpId: 'evil.test' }),
    passkey.confirm(textOf('ann'), now(), { userVerified: false }),
    passkey.confirm(textOf('ann'), now(), { crossOrigin: true }),
    passkey.confirm(textOf('ann'), now(), { counter: 1 }),
    'passkey.nonsense',
    `passkey.${now()}.${Buffer.from('{}').toString('base64url')}`,
  ])
    expect(await ask('ann', wrong)).toBe(invalid)
})

it('a confirmation of an authenticator that does not count works once, also in a race', async () => {
  const passkey = await passkeyOf(await userWithKey('cid'), { counter: 0 })
  const confirmation = passkey.confirm(textOf('cid'), now(), { counter: 0 })
  const answers = await Promise.all([1, 2, 3].map(() => ask('cid', confirmation)))
  expect(answers.filter((one) => one === invalid)).toHaveLength(2)
  expect(await ask('cid', confirmation)).toBe(invalid)
})

it('what is undone leaves its confirmation unused', async () => {
  const passkey = await passkeyOf(await userWithKey('dee'), { counter: 0 })
  const confirmation = passkey.confirm(textOf('dee'), now(), { counter: 0 })
  const undone = database.transaction(async (tx) => {
    await world.deps.confirm(tx).confirm({ onliId: 'dee', keyId: 'key_asks' }, action, confirmation)
    throw new Error('the request failed')
  })
  await expect(undone).rejects.toThrow('the request failed')
  expect(await ask('dee', confirmation)).toMatch(/^psk_/)
})

it('a second key is enough neither for a person who has a passkey, nor where money is real', async () => {
  const client = await userWithKey('eve')
  const second = await keyFor('eve', { scopes: ['read', 'payout'] })
  const sign = async ({ keyId, secret }: KeyAnswer): Promise<string> =>
    await signConfirmation({ alg: 'hmac', keyId, secret, now }, { onliId: 'eve', ...action })
  expect(await ask('eve', await sign(second))).toBe(second.keyId)
  const real = createWorld(database, clock, { takesSecondKeys: false }).deps.confirm(database)
  const answer = await real.confirm({ onliId: 'eve', keyId: 'key_asks' }, action, await sign(second))
  expect(answer).toMatchObject({ ok: false, refusal: { code: invalid } })
  await passkeyOf(client)
  expect(await ask('eve', await sign(second))).toBe(invalid)
})

it('with a passkey a user makes a lasting key that pays out to a list of addresses, and no other key with that scope', async () => {
  const client = await userWithKey('fay')
  const passkey = await passkeyOf(client)
  const pair = generateEd25519()
  const challenge = (
    (await client.request('POST', '/marketplace/v1/sign-in/passkey/options', { publicKey: pair.publicKey })).body as {
      challenge: string
    }
  ).challenge
  const entry = { publicKey: pair.publicKey, response: passkey.get(challenge) }
  const { keyId } = (await client.request('POST', '/marketplace/v1/sign-in/passkey', entry)).body as KeyAnswer
  const signer = createSigner({ keyId, alg: 'ed25519', privateKey: pair.privateKey, now })
  const browser = createClient({ baseUrl: origin, fetch: fetchHere, signer })
  const path = '/marketplace/v1/keys'
  const payoutAddresses = ['ETH 0x52908400098527886E0F7030069857D2E4169EE7']
  const body = {
    alg: 'hmac',
    scopes: ['read', 'payout'],
    limits: { payoutAddresses },
    expiresAt: '2099-12-31T00:00:00Z',
  }
  const confirmed = (sent: object): Record<string, string> => ({
    'species-confirmation': passkey.confirm(textOf('fay', { method: 'POST', path, body: JSON.stringify(sent) }), now()),
  })
  expect(await told(browser.request('POST', path, body))).toBe('403 forbidden')
  expect(await told(browser.request('POST', path, body, confirmed({ ...body, alg: 'x' })))).toBe(
    '403 confirmation_invalid',
  )
  const open = { alg: 'hmac', scopes: ['read', 'payout'] }
  expect(await told(browser.request('POST', path, open, confirmed(open)))).toBe('403 forbidden')
  const admin = { alg: 'hmac', scopes: ['operator'] }
  expect(await told(browser.request('POST', path, admin, confirmed(admin)))).toBe('403 forbidden')
  expect(await told(browser.request('POST', path, body, confirmed(body)))).toMatchObject({
    status: 201,
    scopes: ['read', 'payout'],
    limits: { payoutAddresses },
    expiresAt: '2099-12-31T00:00:00.000Z',
  })
})

it('an operator who has a passkey confirms what they change; what only stops something needs none', async () => {
  const key = await keyFor('eve')
  const passkey = await passkeyOf(operator)
  const [path, body] = ['/admin/v1/users', { onliId: 'gus' }]
  const users = '/admin/v1/users/gus'
  expect(await told(operator.request('POST', path, body))).toBe('403 confirmation_required')
  const confirmed = passkey.confirm(textOf('operator', { method: 'POST', path, body: '{"onliId":"hal"}' }), now())
  expect(await told(operator.request('POST', path, body, { 'species-confirmation': confirmed }))).toBe(`403 ${invalid}`)
  expect(await told(operator.request('GET', users))).toBe('404 not_found')
  const right = passkey.confirm(textOf('operator', { method: 'POST', path, body: JSON.stringify(body) }), now())
  expect(await told(operator.request('POST', path, body, { 'species-confirmation': right }))).toMatchObject({
    onliId: 'gus',
  })
  expect(await told(operator.request('DELETE', `/admin/v1/keys/${key.keyId}`))).toMatchObject({ status: 200 })
  const { lines } = (await operator.request('GET', '/admin/v1/audit')).body as {
    lines: { phase: string; action: string }[]
  }
  expect(lines.filter((one) => one.action === 'user.create' && one.phase === 'refused')).toHaveLength(2)
})
