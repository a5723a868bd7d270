import { no, unknown } from '@species/kernel'
import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Client, SpeciesError, createClient, createSigner, generateEd25519 } from '@species/sdk'
import { manualClock, pgliteWith } from '@species/testing'
import { concat, keccak256, stringToBytes } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decideTransfer } from '../adapters/transfer-store.ts'
import { tronAddress } from '../adapters/wallet-signature.ts'
import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { type World, createWorld, origin } from '../test-world.ts'

interface KeyAnswer {
  readonly keyId: string
  readonly secret: string
  readonly scopes: string[]
  readonly expiresAt?: string
}

const clock = manualClock()
const now = (): number => clock.now()
const operatorPair = generateEd25519()
let database: Database
let world: World
let operator: Client

const fetchHere = async (request: Request): Promise<Response> => await world.app.fetch(request)
const hmacClient = (key: KeyAnswer): Client =>
  createClient({ baseUrl: origin, fetch: fetchHere, signer: createSigner({ ...key, alg: 'hmac', now }) })

/** The body of a success, or the status and code of a refusal. */
const told = async (call: Promise<{ status: number; body: unknown }>): Promise<unknown> => {
  try {
    const { status, body } = await call
    return { status, ...(body as object | undefined) }
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return `${error.status} ${error.code}`
  }
}

const allScopes = ['read', 'trade', 'keys', 'wallets']
const keyFor = async (onliId: string, more: object = {}): Promise<KeyAnswer> => {
  const body = { alg: 'hmac', scopes: allScopes, ...more }
  return (await operator.request('POST', `/admin/v1/users/${onliId}/keys`, body)).body as KeyAnswer
}
const userWithKey = async (onliId: string, more: object = {}): Promise<Client> => {
  await operator.request('POST', '/admin/v1/users', { onliId })
  return hmacClient(await keyFor(onliId, more))
}

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  await ensureOperatorKey(
    { database, clock, ids: systemIds },
    { keyId: 'key_operator', publicKey: operatorPair.publicKey },
  )
  const signer = createSigner({ keyId: 'key_operator', alg: 'ed25519', privateKey: operatorPair.privateKey, now })
  operator = createClient({ baseUrl: origin, fetch: fetchHere, signer })
})
afterAll(async () => {
  await database.close()
})

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

describe('wallets', () => {
  interface Challenge {
    readonly challengeId: string
    readonly message: string
  }
  const challengeOf = async (client: Client, chain: string, address: string): Promise<Challenge> =>
    (await client.request('POST', '/marketplace/v1/wallets/challenges', { chain, address })).body as Challenge

  /** A wallet of either family: its address, and how it signs a text. */
  const evmWallet = () => {
    const account = privateKeyToAccount(generatePrivateKey())
    return {
      chain: 'BSC',
      address: account.address as string,
      sign: async (message: string): Promise<string> => await account.signMessage({ message }),
    }
  }
  const tronWallet = () => {
    const account = privateKeyToAccount(generatePrivateKey())
    const sign = async (text: string): Promise<string> => {
      const message = stringToBytes(text)
      const prefix = stringToBytes(`\x19TRON Signed Message:\n${message.length}`)
      return await account.sign({ hash: keccak256(concat([prefix, message])) })
    }
    return { chain: 'TRON', address: tronAddress(account.address), sign }
  }

  it.each([
    ['EVM', evmWallet, ['ETH', 'BSC', 'POLYGON']],
    ['TRON', tronWallet, ['TRON']],
  ] as const)(
    '%s: are proven by signature, listed, released, and then proven by another',
    async (family, wallet, chains) => {
      const [anna, bert] = [await userWithKey(`anna-${family}`), await userWithKey(`bert-${family}`)]
      const { chain, address, sign } = wallet()
      const kept = family === 'EVM' ? address.toLowerCase() : address
      const prove = async (client: Client): Promise<unknown> => {
        const { challengeId, message } = await challengeOf(client, chain, address)
        return await told(
          client.request('POST', '/marketplace/v1/wallets', { challengeId, signature: await sign(message) }),
        )
      }
      const provenAt = new Date(clock.now()).toISOString()
      expect(await prove(anna)).toEqual({ status: 201, address: kept, chains, provenAt })
      clock.advance(5_000)
      expect(await prove(anna)).toMatchObject({ provenAt })
      expect(await prove(bert)).toMatchObject({ status: 202, transfer: { direction: 'incoming', status: 'pending' } })
      expect(await told(anna.request('GET', '/marketplace/v1/wallets'))).toEqual({
        status: 200,
        wallets: [{ address: kept, chains, provenAt }],
        transfers: [expect.objectContaining({ direction: 'outgoing', status: 'pending', address: kept })],
      })

      const queries = authenticatorModule.queries(database)
      const owners = async (atMs = clock.now()): Promise<string[]> =>
        [...(await queries.walletOwners(chain === 'TRON' ? 'TRON' : 'ETH', [address, kept], atMs)).values()].map(
          ({ onliId }) => onliId,
        )
      const paidMs = clock.now()
      expect(await owners()).toEqual([`anna-${family}`])
      const path = `/marketplace/v1/wallets/${chain}/${address}`
      expect(await told(bert.request('DELETE', path))).toBe('404 not_found')
      expect(await told(anna.request('DELETE', path))).toEqual({ status: 204 })
      clock.advance(1_000)
      // It goes to who has asked for it, at once.
      expect(await owners()).toEqual([`bert-${family}`])
      expect(await prove(bert)).toMatchObject({ address: kept })
      // What was mined while it was anna's is anna's, although she gave it up since.
      expect(await owners(paidMs - 500)).toEqual([`anna-${family}`])
    },
  )

  it.each([evmWallet, tronWallet])(
    'refuse the signature of another wallet, of another text, and garbage',
    async (make) => {
      const client = await userWithKey(`wrong-${make.name}`)
      const [wallet, other] = [make(), make()]
      const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
      const prove = async (signature: string): Promise<unknown> =>
        await told(client.request('POST', '/marketplace/v1/wallets', { challengeId, signature }))
      expect(await prove(await other.sign(message))).toBe('422 wallet_proof_invalid')
      expect(await prove(await wallet.sign(`${message} `))).toBe('422 wallet_proof_invalid')
      expect(await prove(`0x${'f'.repeat(130)}`)).toBe('422 wallet_proof_invalid')
      expect(await prove('0x12')).toBe('400 invalid_request')
      expect(await prove(await wallet.sign(message))).toMatchObject({ chains: expect.any(Array) as unknown[] })
    },
  )

  it('do not mix families: the TRON twin of an EVM signature proves nothing', async () => {
    const client = await userWithKey('mixed-user')
    const account = privateKeyToAccount(generatePrivateKey())
    const { challengeId, message } = await challengeOf(client, 'TRON', tronAddress(account.address))
    const signature = await account.signMessage({ message })
    expect(await told(client.request('POST', '/marketplace/v1/wallets', { challengeId, signature }))).toBe(
      '422 wallet_proof_invalid',
    )
  })

  it('pass to a newer prover after two days, unless the owner objects: then an operator decides', async () => {
    const [owner, newer] = [await userWithKey('first-owner'), await userWithKey('newer-prover')]
    const wallet = evmWallet()
    const prove = async (client: Client): Promise<Record<string, unknown>> => {
      const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
      expect(message).toMatch(/Domain: [^]*Account: [^]*Effect: /)
      const body = { challengeId, signature: await wallet.sign(message) }
      return (await client.request('POST', '/marketplace/v1/wallets', body)).body as Record<string, unknown>
    }
    const ownerAt = async (atMs: number): Promise<string | undefined> =>
      (await authenticatorModule.queries(database).walletOwners('ETH', [wallet.address], atMs)).get(
        wallet.address.toLowerCase(),
      )?.onliId
    await prove(owner)
    const first = (await prove(newer))['transfer'] as { transferId: string }
    const object = (client: Client, id: string) =>
      told(client.request('POST', `/marketplace/v1/wallets/transfers/${id}/objection`, {}))
    expect(await object(newer, first.transferId)).toBe('404 not_found')
    expect(await object(owner, first.transferId)).toEqual({ status: 204 })
    const dueMs = clock.now() + 172_800_000
    expect(await ownerAt(dueMs)).toBe('first-owner')
    const by = { decidedBy: 'olga', reason: 'lost account', nowMs: clock.now() }
    await decideTransfer(database, first.transferId, { ...by, decision: 'transfer' })
    // Nobody has carried it out yet, and it counts.
    expect(await ownerAt(clock.now())).toBe('newer-prover')
    const back = (await prove(owner))['transfer'] as { transferId: string }
    expect(await object(newer, back.transferId)).toEqual({ status: 204 })
    await decideTransfer(database, back.transferId, { ...by, decision: 'keep' })
    await expect(prove(owner)).rejects.toMatchObject({ code: 'wallet_taken' })
  })

  it('take no challenge of another user, and none that is over', async () => {
    const [client, thief] = [await userWithKey('slow-user'), await userWithKey('thief')]
    const wallet = evmWallet()
    const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
    const body = { challengeId, signature: await wallet.sign(message) }
    expect(await told(thief.request('POST', '/marketplace/v1/wallets', body))).toBe('409 challenge_expired')
    clock.advance(10 * 60_000)
    expect(await told(client.request('POST', '/marketplace/v1/wallets', body))).toBe('409 challenge_expired')
  })

  it('are named by addresses of their chain, none of them mistyped, zero or a token', async () => {
    const client = await userWithKey('address-user')
    const tron = tronAddress(`0x${'ab'.repeat(20)}`)
    const wrong: [chain: string, address: string][] = [
      ['ETH', tron],
      ['TRON', `0x${'ab'.repeat(20)}`],
      ['TRON', `${tron.slice(0, -1)}${tron.endsWith('1') ? '2' : '1'}`],
      ['BSC', `0x${'ab'.repeat(19)}`],
      ['BSC', `0X${'ab'.repeat(20)}`],
      ['ETH', '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
      ['ETH', `0x${'0'.repeat(40)}`],
      ['ETH', '0xdac17f958d2ee523a2206206994597c13d831ec7'],
    ]
    for (const [chain, address] of wrong) {
      const asked = client.request('POST', '/marketplace/v1/wallets/challenges', { chain, address })
      expect([chain, address, await told(asked)]).toEqual([chain, address, '400 invalid_request'])
    }
  })

  it('know the TRON address of a key: the prefix 41 before the same twenty bytes', () => {
    // The zero address of TRON, as its explorers show it.
    expect(tronAddress(`0x${'00'.repeat(20)}`)).toBe('T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb')
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
