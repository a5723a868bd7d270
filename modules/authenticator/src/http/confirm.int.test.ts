import { signConfirmation } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { expect, it } from 'vitest'
import {
  type KeyAnswer,
  clock,
  database,
  hmacClient,
  keyFor,
  now,
  openAccess,
  operator,
  told,
  userWithKey,
  world,
} from './test-world.ts'

openAccess()

const body = '{"chain":"ETH"}'
const request = { method: 'POST', path: '/marketplace/v1/addresses', body }
const scopes = ['read', 'payout']

function ask(onliId: string, keyId: string, confirmation: string | null, action = request): Promise<string> {
  const port = world.deps.confirm(database)
  return port
    .confirm({ onliId, keyId }, action, confirmation)
    .then((answer) => (answer.ok ? answer.value.by : answer.refusal.code))
}
const sign = (onliId: string, { keyId, secret }: KeyAnswer, action = request) =>
  signConfirmation({ alg: 'hmac', keyId, secret, now }, { onliId, ...action })

it('takes a second key of the same person for exactly this request, and nothing else', async () => {
  await userWithKey('conny')
  const [first, second] = [await keyFor('conny', { scopes }), await keyFor('conny', { scopes })]
  const good = await sign('conny', second)
  expect(await ask('conny', first.keyId, good)).toBe(second.keyId)
  const refused = 'confirmation_invalid'
  expect(await ask('conny', first.keyId, null)).toBe('confirmation_required')
  expect(await ask('conny', first.keyId, good, { ...request, body: '{"chain":"BSC"}' })).toBe(refused)
  expect(await ask('conny', first.keyId, good, { ...request, path: '/marketplace/v1/payouts' })).toBe(refused)
  expect(await ask('conny', first.keyId, `${good.slice(0, -2)}AA`)).toBe(refused)
  expect(await ask('conny', first.keyId, 'nonsense')).toBe(refused)
  expect(await ask('conny', second.keyId, good)).toBe(refused)
  const trading = await keyFor('conny', { scopes: ['read', 'trade'] })
  expect(await ask('conny', first.keyId, await sign('conny', trading))).toBe(refused)
  await userWithKey('dora')
  const stranger = await keyFor('dora', { scopes })
  expect(await ask('conny', first.keyId, await sign('conny', stranger))).toBe(refused)
  await operator.request('DELETE', `/admin/v1/keys/${second.keyId}`)
  expect(await ask('conny', first.keyId, await sign('conny', second))).toBe(refused)
})

it('takes no key that has limits, whatever they are: they bind what it asks for, and it confirms nothing', async () => {
  await userWithKey('lina')
  const free = await keyFor('lina', { scopes })
  const limits = [
    { payoutAddresses: ['ETH 0x52908400098527886E0F7030069857D2E4169EE7'] },
    { usdtPerTrade: '1' },
    { intents: [] },
  ]
  for (const one of limits) {
    const machine = await keyFor('lina', { scopes, limits: one })
    expect(await ask('lina', free.keyId, await sign('lina', machine))).toBe('confirmation_invalid')
    const other = await keyFor('lina', { scopes, limits: one })
    expect(await ask('lina', other.keyId, await sign('lina', machine))).toBe('confirmation_invalid')
  }
})

it('takes a key of Ed25519, and no confirmation that is older than five minutes', async () => {
  await userWithKey('erin')
  const first = await keyFor('erin', { scopes })
  const pair = generateEd25519()
  const { keyId } = await keyFor('erin', { alg: 'ed25519', publicKey: pair.publicKey, scopes })
  const confirmation = await signConfirmation(
    { alg: 'ed25519', keyId, privateKey: pair.privateKey, now },
    { onliId: 'erin', ...request },
  )
  expect(await ask('erin', first.keyId, confirmation)).toBe(keyId)
  clock.advance(300_001)
  expect(await ask('erin', first.keyId, confirmation)).toBe('confirmation_invalid')
})

it('lets no key give the scope payout to another: not by making it, not by rotating it, and a successor does not confirm', async () => {
  await userWithKey('finn')
  const first = await keyFor('finn', { scopes: ['read', 'keys', 'payout'] })
  const other = await keyFor('finn', { scopes })
  const client = hmacClient(first)
  const path = '/marketplace/v1/keys'
  expect(await told(client.request('POST', path, { alg: 'hmac', scopes: ['payout'] }))).toBe('403 forbidden')
  expect(await told(client.request('POST', `${path}/${other.keyId}/rotate`, {}))).toBe('403 forbidden')
  const successor = (await client.request('POST', `${path}/${first.keyId}/rotate`, {})).body as KeyAnswer
  expect(successor.scopes).toContain('payout')
  expect(await ask('finn', first.keyId, await sign('finn', successor))).toBe('confirmation_invalid')
  expect(await ask('finn', other.keyId, await sign('finn', successor))).toBe(successor.keyId)
})
