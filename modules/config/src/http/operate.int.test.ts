import { type Chain, type MarketplaceConfig, type Scope, marketplaceConfigSchema } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { createDeadLetters, createInProcessBus } from '@species/bus'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { manualClock, noAudit, onePerson, pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defaultConfig, ensureFirstVersion, configModule } from '../index.ts'
import { createConfig } from '../module.ts'

const evm = `0x${'d'.repeat(40)}`
const sandboxEvm = `0x${'e'.repeat(40)}`
const sandboxTron = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'
const depositAddresses: Record<Chain, string[]> = {
  ETH: [evm],
  BSC: [evm],
  POLYGON: [evm],
  TRON: ['TMuA6YqfCeX8EhbfYEg5y7S4DqzSJireY9'],
}
const first = defaultConfig({ depositAddresses, escrowVault: 'vault-escrow', poolVault: 'vault-pool' })
const clock = manualClock()
const payTo = (chain: Chain, ...addresses: string[]): Pick<MarketplaceConfig, 'chains'> => ({
  chains: { ...first.chains, [chain]: { ...first.chains[chain], depositAddresses: addresses } },
})

interface World {
  readonly heard: number[]
  /** Scopes of the caller; undefined: an unsigned request. */
  ask(
    method: string,
    path: string,
    options?: { scopes?: Scope[]; body?: unknown; ifMatch?: string },
  ): Promise<{ status: number; body: Record<string, unknown>; etag: string | null }>
  put(
    ifMatch: string | undefined,
    change: Partial<MarketplaceConfig>,
  ): Promise<{ status: number; body: Record<string, unknown>; etag: string | null }>
}

function createWorld(database: Database): World {
  const metrics = createMetrics()
  const bus = createInProcessBus({
    log: silentLogger,
    deadLetters: createDeadLetters(database, clock),
    maxAttempts: 3,
    ids: systemIds,
    metrics,
  })
  const heard: number[] = []
  bus.tap('config.changed', ({ body }) => heard.push(body.version))
  const app = createHttpApp({
    endpoints: createConfig({
      database,
      bus,
      clock,
      sandboxAddresses: { ETH: [sandboxEvm], TRON: [sandboxTron] },
      secondPerson: onePerson(database),
    }).endpoints,
    audit: noAudit,
    verifier: {
      verify: async ({ headers }) => {
        const scopes = headers.get('x-scopes')
        if (scopes === null) return refuse('unauthenticated' as const, 'not signed')
        return ok({
          principal: { onliId: 'olga', keyId: 'key_1', scopes: scopes.split(' ') as Scope[] },
          resend: false,
        })
      },
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: silentLogger,
    metrics,
  })
  const ask: World['ask'] = async (method, path, { scopes, body, ifMatch } = {}) => {
    const headers = new Headers(body === undefined ? {} : { 'content-type': 'application/json' })
    if (scopes) headers.set('x-scopes', scopes.join(' '))
    if (ifMatch !== undefined) headers.set('if-match', ifMatch)
    const response = await app.fetch(
      new Request(`http://market.test${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      etag: response.headers.get('etag'),
    }
  }
  const put: World['put'] = (ifMatch, change) =>
    ask('PUT', '/admin/v1/config', {
      scopes: ['operator'],
      body: { config: { ...first, ...change }, reason: 'a test changes it' },
      ...(ifMatch === undefined ? {} : { ifMatch }),
    })
  return { heard, ask, put }
}

const admin = '/admin/v1/config'
const operator: { scopes: Scope[] } = { scopes: ['operator'] }

describe('config over HTTP', () => {
  let database: Database
  let world: World
  beforeAll(async () => {
    database = await pgliteWith(configModule)
  })
  beforeEach(async () => {
    await database.query('DELETE FROM config.versions')
    await ensureFirstVersion(database, first, clock)
    world = createWorld(database)
  })
  afterAll(async () => {
    await database.close()
  })

  test('the default is a valid config, and is made once', async () => {
    expect(marketplaceConfigSchema.parse(first)).toEqual(first)
    await ensureFirstVersion(database, { ...first, treasuryPrice: '9' }, clock)
    expect(await configModule.queries(database).latest()).toEqual({ version: 1, config: first })
  })

  test('the default takes no payment where no address is known, and does not trade where none is known at all', () => {
    const some = defaultConfig({
      depositAddresses: { ...depositAddresses, TRON: [] },
      escrowVault: 'vault-escrow',
      poolVault: 'vault-pool',
    })
    expect(some).toMatchObject({ trading: 'on', chains: { ETH: { enabled: true }, TRON: { enabled: false } } })
    const none = defaultConfig({
      depositAddresses: { ETH: [], BSC: [], POLYGON: [], TRON: [] },
      escrowVault: 'vault-escrow',
      poolVault: 'vault-pool',
    })
    expect(marketplaceConfigSchema.parse(none).trading).toBe('off')
    expect(Object.values(none.chains).some(({ enabled }) => enabled)).toBe(false)
  })

  test('a chain of the sandbox may have its address where another chain has none', async () => {
    expect(await world.put('"1"', payTo('BSC', sandboxEvm))).toMatchObject({ status: 200 })
  })

  test('is read with its version as the entity tag', async () => {
    expect(await world.ask('GET', admin, operator)).toEqual({
      status: 200,
      body: { version: 1, config: first },
      etag: '"1"',
    })
  })

  test('is changed by whoever read the newest version, and everybody is told', async () => {
    expect(await world.put('"1"', { trading: 'off' })).toMatchObject({ status: 200, body: { version: 2 }, etag: '"2"' })
    expect(world.heard).toEqual([2])
    expect((await configModule.queries(database).latest()).config.trading).toBe('off')
    expect((await configModule.queries(database).at(1)).trading).toBe('on')
  })

  test.each([
    ['without If-Match', undefined, {}, 412, 'precondition_failed'],
    ['with a weak tag', 'W/"1"', {}, 412, 'precondition_failed'],
    ['with any tag', '*', {}, 412, 'precondition_failed'],
    ['of another version than the newest', '"2"', {}, 412, 'precondition_failed'],
    ['before there was one', '"0"', {}, 412, 'precondition_failed'],
    ['to a price that is none', '"1"', { treasuryPrice: '1e3' }, 400, 'invalid_request'],
    ['to a deposit address that cannot be', '"1"', payTo('ETH', '0x00000000000000000000'), 400, 'invalid_request'],
    ['to the zero address', '"1"', payTo('ETH', `0x${'0'.repeat(40)}`), 400, 'invalid_request'],
    [
      'to a mistyped address',
      '"1"',
      payTo('BSC', '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed'),
      400,
      'invalid_request',
    ],
    [
      'to a mistyped address on TRON',
      '"1"',
      payTo('TRON', 'TJdEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'),
      400,
      'invalid_request',
    ],
    ['to the contract of USDT', '"1"', payTo('TRON', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'), 400, 'invalid_request'],
    ['to an address with 0X', '"1"', payTo('ETH', `0X${'d'.repeat(40)}`), 400, 'invalid_request'],
    [
      "to the sandbox's address on a real EVM chain, in other letters",
      '"1"',
      payTo('ETH', sandboxEvm.toUpperCase().replace('0X', '0x')),
      400,
      'invalid_request',
    ],
    ["to the sandbox's address on a real TRON", '"1"', payTo('TRON', sandboxTron), 400, 'invalid_request'],
    [
      'of the escrow vault, in which units are',
      '"1"',
      { vaults: { ...first.vaults, escrow: 'vault-of-alice' } },
      409,
      'vaults_fixed',
    ],
    [
      "of the pool's vault, in which units are",
      '"1"',
      { vaults: { ...first.vaults, liquidityPool: 'vault-new' } },
      409,
      'vaults_fixed',
    ],
    ['that enables a chain without an address', '"1"', payTo('BSC'), 400, 'invalid_request'],
  ])('a change %s is refused and changes nothing', async (_name, ifMatch, change, status, code) => {
    expect(await world.put(ifMatch, change)).toMatchObject({ status, body: { code } })
    expect((await configModule.queries(database).latest()).version).toBe(1)
    expect(world.heard).toEqual([])
  })

  test('says who changed what, when and why, newest first and in pages', async () => {
    await world.put('"1"', {})
    await world.put('"2"', {})
    const { body } = await world.ask('GET', `${admin}/versions?limit=2`, operator)
    const changedAt = new Date(clock.now()).toISOString()
    const one = { changedBy: 'olga/key_1', reason: 'a test changes it', changedAt }
    expect(body['versions']).toEqual([
      { ...one, version: 3 },
      { ...one, version: 2 },
    ])
    const { body: rest } = await world.ask('GET', `${admin}/versions?before=2`, operator)
    expect(rest['versions']).toMatchObject([{ version: 1, changedBy: 'species' }])
  })

  test.each([
    ['GET', admin],
    ['PUT', admin],
    ['GET', `${admin}/versions`],
  ])('%s %s is for operators alone', async (method, path) => {
    const body = method === 'PUT' ? { body: { config: first, reason: 'I should like to' }, ifMatch: '"1"' } : {}
    expect((await world.ask(method, path, body)).status).toBe(401)
    expect((await world.ask(method, path, { ...body, scopes: ['read', 'trade', 'keys', 'wallets'] })).status).toBe(403)
  })

  test('anybody reads where to pay and what it costs, and not the vaults', async () => {
    const { status, body } = await world.ask('GET', '/marketplace/v1/config')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      version: 1,
      trading: 'on',
      treasuryPrice: '1',
      chains: { ETH: { depositAddresses: [evm] } },
    })
    expect(JSON.stringify(body)).not.toContain('vault')
  })
})

describe.skipIf(!postgresAnswers)('config races [needs Postgres]', () => {
  let database: Database & { drop(): Promise<void> }
  beforeAll(async () => {
    database = await postgresWith(configModule)
  })
  afterAll(async () => {
    await database.drop()
  })

  test('of twenty first starts one makes the first version; of twenty changes of it one wins', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ensureFirstVersion(database, first, clock)))
    const world = createWorld(database)
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.put('"1"', {})))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
    expect((await configModule.queries(database).latest()).version).toBe(2)
    expect(world.heard).toEqual([2])
  })
})
