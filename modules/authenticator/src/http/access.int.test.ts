import { no, unknown } from '@species/kernel'
import { createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { describe, expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { origin } from '../test-world.ts'
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
  world,
} from './test-world.ts'

openAccess()

describe('users', () => {
  it('are registered with a vault, which is made first', async () => {
    const profileTray = { displayName: 'Alice', language: 'en-GB' }
    expect(await told(operator.request('POST', '/admin/v1/users', { onliId: 'alice', profileTray }))).toMatchObject({
      status: 'active',
      onliId: 'alice',
      vaultId: 'vault-alice',
      profileTray,
    })
    expect(world.vaults).toEqual(['vault-alice'])
    expect(await authenticatorModule.queries(database).standings(['alice', 'operator', 'nobody'])).toEqual(
      new Map([['alice', { onliId: 'alice', vaultId: 'vault-alice', status: 'active' }]]),
    )
  })

  const refusals: [given: string, body: object, answer: string][] = [
    ['a user that is there', { onliId: 'alice' }, '409 already_exists'],
    ['a reserved name', { onliId: 'treasury' }, '422 reserved_name'],
    ['the operator', { onliId: 'operator' }, '422 reserved_name'],
    ['a name whose vault is the market’s', { onliId: 'market-escrow' }, '422 reserved_name'],
    ['a name with other characters', { onliId: 'al ice' }, '400 invalid_request'],
    ['a name that is too short', { onliId: 'al' }, '400 invalid_request'],
    ['an unknown fact in the tray', { onliId: 'carol', profileTray: { shoeSize: 44 } }, '400 invalid_request'],
  ]
  it.each(refusals)('refuses %s', async (_given, body, answer) => {
    expect(await told(operator.request('POST', '/admin/v1/users', body))).toBe(answer)
  })

  it('are not written where Onli Cloud makes no vault, and can be sent again', async () => {
    const body = { onliId: 'dave' }
    world.vaultAnswers.push(unknown('time-out'))
    expect(await told(operator.request('POST', '/admin/v1/users', body))).toBe('503 service_unavailable')
    world.vaultAnswers.push(no('delivery_refused', 'no such app'))
    expect(await told(operator.request('POST', '/admin/v1/users', body))).toBe('400 invalid_request')
    expect(await told(operator.request('GET', '/admin/v1/users/dave'))).toBe('404 not_found')
    expect(await told(operator.request('POST', '/admin/v1/users', body))).toMatchObject({ onliId: 'dave' })
  })

  it('are made once by two who make them at once', async () => {
    const make = async (): Promise<unknown> =>
      await told(operator.request('POST', '/admin/v1/users', { onliId: 'erin' }))
    const answers = await Promise.all([make(), make()])
    expect(answers).toContainEqual('409 already_exists')
    expect(answers).toContainEqual(expect.objectContaining({ onliId: 'erin' }))
  })

  it('change their status with a reason, which is kept', async () => {
    const change = operator.request('POST', '/admin/v1/users/erin/status', {
      status: 'suspended',
      reason: 'a complaint',
    })
    expect(await told(change)).toMatchObject({ status: 'suspended' })
    expect(await database.query('SELECT status, reason, changed_by FROM authenticator.status_changes')).toEqual([
      { status: 'suspended', reason: 'a complaint', changed_by: 'setup/key_operator' },
    ])
    const again = { status: 'active', reason: 'settled' }
    expect(await told(operator.request('POST', '/admin/v1/users/nobody/status', again))).toBe('404 not_found')
    expect(await told(operator.request('POST', '/admin/v1/users/operator/status', again))).toBe('403 forbidden')
  })

  it('come in pages by id, for reconciliation', async () => {
    const queries = authenticatorModule.queries(database)
    const first = await queries.vaults('', 2)
    expect(first.map(({ onliId }) => onliId)).toEqual(['alice', 'dave'])
    expect((await queries.vaults('dave', 2)).map(({ onliId }) => onliId)).toEqual(['erin'])
  })

  it('reach no address of the operator’s', async () => {
    const client = await userWithKey('frank')
    expect(await told(client.request('POST', '/admin/v1/users', { onliId: 'gina' }))).toBe('403 forbidden')
    expect(await told(client.request('POST', '/admin/v1/users/frank/keys', { alg: 'hmac', scopes: ['read'] }))).toBe(
      '403 forbidden',
    )
    expect(await told(client.request('DELETE', '/admin/v1/keys/key_operator'))).toBe('403 forbidden')
  })
})

describe('POST /authenticate', () => {
  it('tells who signed, with limits and profile tray', async () => {
    const client = await userWithKey('auth-user', {
      scopes: ['read'],
      limits: { unitsPerTrade: '5', usdtPerDay: '12.500000', intents: ['TRANSFER'] },
    })
    expect(await told(client.request('POST', '/authenticate'))).toMatchObject({
      onliId: 'auth-user',
      scopes: ['read'],
      limits: { unitsPerTrade: '5', usdtPerDay: '12.500000', intents: ['TRANSFER'] },
      profileTray: {},
      marketplaceUserId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    })
  })
})

describe('keys', () => {
  it('tell an hmac secret once, and never again', async () => {
    const client = await userWithKey('key-user')
    const made = (await client.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'] }))
      .body as KeyAnswer
    expect(made).toMatchObject({ scopes: ['read'], secret: expect.stringMatching(/^sk_[\w-]{43}$/) as string })
    const listed = JSON.stringify((await client.request('GET', '/marketplace/v1/keys')).body)
    expect(listed).toContain(made.keyId)
    expect(listed).not.toContain('secret')
    const rows = JSON.stringify(await database.query('SELECT * FROM authenticator.api_keys'))
    expect(rows).not.toContain(made.secret)
    expect(await told(hmacClient(made).request('POST', '/authenticate'))).toMatchObject({ keyId: made.keyId })
  })

  it('are made from a public key for ed25519, and sign', async () => {
    const client = await userWithKey('ed-user')
    const pair = generateEd25519()
    const made = (
      await client.request('POST', '/marketplace/v1/keys', {
        alg: 'ed25519',
        scopes: ['read'],
        publicKey: pair.publicKey,
      })
    ).body as KeyAnswer
    expect(made.secret).toBeUndefined()
    const signer = createSigner({ keyId: made.keyId, alg: 'ed25519', privateKey: pair.privateKey, now })
    const signed = createClient({ baseUrl: origin, fetch: fetchHere, signer })
    expect(await told(signed.request('POST', '/authenticate'))).toMatchObject({ onliId: 'ed-user', keyId: made.keyId })
  })

  const refusals: [given: string, body: object, answer: string][] = [
    ['a scope it lacks', { alg: 'hmac', scopes: ['trade'] }, '403 forbidden'],
    ['the scope operator', { alg: 'hmac', scopes: ['operator'] }, '403 forbidden'],
    ['a looser limit', { alg: 'hmac', scopes: ['read'], limits: { unitsPerTrade: '6' } }, '403 forbidden'],
    ['no scope', { alg: 'hmac', scopes: [] }, '400 invalid_request'],
    ['a secret of its own choice', { alg: 'hmac', scopes: ['read'], secret: 'x' }, '400 invalid_request'],
    ['a limit below zero', { alg: 'hmac', scopes: ['read'], limits: { unitsPerTrade: '-6' } }, '400 invalid_request'],
    ['USDT below zero', { alg: 'hmac', scopes: ['read'], limits: { usdtPerDay: '-6' } }, '400 invalid_request'],
    ['a public key that is none', { alg: 'ed25519', scopes: ['read'], publicKey: 'abc' }, '400 invalid_request'],
    ['an end in the past', { alg: 'hmac', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, '400 invalid_request'],
  ]
  it('refuse to make what is more than themselves', async () => {
    const client = await userWithKey('narrow-user', { scopes: ['read', 'keys'], limits: { unitsPerTrade: '5' } })
    for (const [given, body, answer] of refusals) {
      expect([given, await told(client.request('POST', '/marketplace/v1/keys', body))]).toEqual([given, answer])
    }
  })

  it('need the scope for it', async () => {
    const client = await userWithKey('reading-user', { scopes: ['read', 'trade'] })
    expect(await told(client.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'] }))).toBe(
      '403 forbidden',
    )
    expect(await told(client.request('GET', '/marketplace/v1/keys'))).toBe('403 forbidden')
  })

  it('rotate: the successor signs at once, the old key for the overlap', async () => {
    const client = await userWithKey('rotating-user')
    const [{ keyId }] = ((await client.request('GET', '/marketplace/v1/keys')).body as { keys: [KeyAnswer] }).keys
    const path = `/marketplace/v1/keys/${keyId}/rotate`
    const successor = (await client.request('POST', path, {})).body as KeyAnswer & { oldExpiresAt: string }
    expect(Date.parse(successor.oldExpiresAt)).toBe(clock.now() + 3_600_000)
    expect(await told(hmacClient(successor).request('POST', '/authenticate'))).toMatchObject({ keyId: successor.keyId })
    expect(await told(client.request('POST', path, {}))).toBe('409 already_exists')
    expect(await told(client.request('POST', path, { overlapSeconds: 7 * 86_400 + 1 }))).toBe('400 invalid_request')
    clock.advance(3_600_000)
    expect(await told(client.request('POST', '/authenticate'))).toBe('401 key_revoked')
    expect(await authenticatorModule.queries(database).revokedKeys([keyId, successor.keyId])).toEqual(new Set())
  })

  it('rotate with an allowance, which the successors share with the first', async () => {
    const client = await userWithKey('counted-user', { limits: { unitsPerDay: '9' } })
    const [{ keyId }] = ((await client.request('GET', '/marketplace/v1/keys')).body as { keys: [KeyAnswer] }).keys
    const second = (await client.request('POST', `/marketplace/v1/keys/${keyId}/rotate`, {})).body as KeyAnswer
    const path = `/marketplace/v1/keys/${second.keyId}/rotate`
    const third = (await hmacClient(second).request('POST', path, {})).body as KeyAnswer
    const ids = await authenticatorModule.queries(database).allowanceIds([second.keyId, third.keyId])
    expect([...ids.values()]).toEqual([keyId, keyId])
  })

  it('say what they handed down unasked', async () => {
    const own = { expiresAt: new Date(clock.now() + 3_600_000).toISOString(), limits: { unitsPerTrade: '5' } }
    const client = await userWithKey('ending-user', own)
    const made = async (more: object): Promise<unknown> =>
      await told(client.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'], ...more }))
    expect(await made({})).toMatchObject({ ...own, inherited: ['limits', 'expiresAt'] })
    expect(await made(own)).not.toHaveProperty('inherited')
  })

  it('do not rotate one that may do more', async () => {
    const narrow = await userWithKey('two-key-user', { scopes: ['keys'] })
    const broad = await keyFor('two-key-user')
    expect(await told(narrow.request('POST', `/marketplace/v1/keys/${broad.keyId}/rotate`, {}))).toBe('403 forbidden')
  })

  it('of another user are not there', async () => {
    const mine = await userWithKey('mine')
    await userWithKey('theirs')
    const theirs = await keyFor('theirs')
    expect(await told(mine.request('DELETE', `/marketplace/v1/keys/${theirs.keyId}`))).toBe('404 not_found')
    expect(await told(mine.request('POST', `/marketplace/v1/keys/${theirs.keyId}/rotate`, {}))).toBe('404 not_found')
    expect(await told(hmacClient(theirs).request('POST', '/authenticate'))).toMatchObject({ onliId: 'theirs' })
  })

  it('are revoked for ever, by their owner and by the operator', async () => {
    const client = await userWithKey('revoking-user')
    const [first, second] = [await keyFor('revoking-user'), await keyFor('revoking-user')]
    expect(await told(client.request('DELETE', `/marketplace/v1/keys/${first.keyId}`))).toMatchObject({
      keyId: first.keyId,
    })
    expect(await told(operator.request('DELETE', `/admin/v1/keys/${second.keyId}`))).toMatchObject({
      keyId: second.keyId,
    })
    for (const key of [first, second])
      expect(await told(hmacClient(key).request('POST', '/authenticate'))).toBe('401 key_revoked')
    expect(await told(client.request('POST', `/marketplace/v1/keys/${first.keyId}/rotate`, {}))).toBe(
      '412 precondition_failed',
    )
    expect(await authenticatorModule.queries(database).revokedKeys([first.keyId, 'key_unknown'])).toEqual(
      new Set([first.keyId]),
    )
  })

  it('are at most fifty in use, and a loop stops there', async () => {
    const client = await userWithKey('looping-user')
    const made: unknown[] = []
    for (let count = 0; count < 50; count++)
      made.push(await told(client.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'] })))
    expect(made.filter((answer) => answer === '403 forbidden')).toHaveLength(1)
  })

  it('are never the operator’s', async () => {
    expect(
      await told(operator.request('POST', '/admin/v1/users/operator/keys', { alg: 'hmac', scopes: ['read'] })),
    ).toBe('403 forbidden')
    expect(await told(operator.request('POST', '/admin/v1/users/nobody/keys', { alg: 'hmac', scopes: ['read'] }))).toBe(
      '404 not_found',
    )
  })
})

it('every change is heard on the bus', async () => {
  const heard: string[] = []
  const stop = world.bus.tap('access.changed', (message) => heard.push(message.body.onliId))
  const client = await userWithKey('heard-user')
  const { keyId } = await keyFor('heard-user')
  await client.request('DELETE', `/marketplace/v1/keys/${keyId}`)
  await operator.request('POST', '/admin/v1/users/heard-user/status', { status: 'frozen', reason: 'a test' })
  stop()
  expect(heard).toEqual(Array(5).fill('heard-user').slice(0, heard.length))
  expect(heard).toHaveLength(5)
})
