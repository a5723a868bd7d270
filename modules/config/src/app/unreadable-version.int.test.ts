import { type Chain, chains } from '@species/contracts'
import { createDeadLetters, createInProcessBus } from '@species/bus'
import type { Database } from '@species/database'
import type { Endpoint } from '@species/http'
import { createMetrics, isTransient, silentLogger, systemIds } from '@species/platform'
import { manualClock, onePerson, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createConfigReader, defaultConfig, configModule } from '../index.ts'
import { createConfig } from '../module.ts'
import { appendVersion } from '../adapters/version-rows.ts'

const evm = `0x${'d'.repeat(40)}`
const first = defaultConfig({
  depositAddresses: { ETH: [evm], BSC: [evm], POLYGON: [evm], TRON: ['TMuA6YqfCeX8EhbfYEg5y7S4DqzSJireY9'] },
  escrowVault: 'vault-escrow',
  poolVault: 'vault-pool',
})
const clock = manualClock()
let database: Database
let reader: ReturnType<typeof createConfigReader>
let endpoints: readonly Endpoint[]
beforeAll(async () => {
  database = await pgliteWith(configModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('DELETE FROM config.versions')
  const deadLetters = createDeadLetters(database, clock)
  const metrics = createMetrics()
  const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 3, ids: systemIds, metrics })
  reader = createConfigReader({ queries: configModule.queries(database), bus, clock })
  endpoints = createConfig({ database, bus, clock, sandboxAddresses: {}, secondPerson: onePerson(database) }).endpoints
  await append(0)
})

async function append(previous: number, change: object = {}): Promise<void> {
  const config = { ...first, ...change }
  clock.advance(10_000)
  expect(
    await appendVersion(database, previous, { config, changedBy: 'a', reason: 'a test', nowMs: clock.now() }),
  ).toBe(true)
}
/** A version as a newer program writes it, with a field that this code does not know, in the settings of its chains or elsewhere. */
async function appendNewer(previous: number, where: 'chains' | 'elsewhere'): Promise<void> {
  await append(previous)
  const path = where === 'chains' ? '{chains,ETH,quorum}' : '{quorum}'
  await database.query(`UPDATE config.versions SET config = jsonb_set(config, $2::text[], '3') WHERE version = $1`, [
    previous + 1,
    path,
  ])
  clock.advance(1_000)
}
const call = async (method: string, path: string, more: object = {}) => {
  const endpoint = endpoints.find((one) => one.spec.method === method && one.spec.path === path)
  if (!endpoint) throw new Error(`no ${method} ${path}`)
  const principal = { onliId: 'olga', keyId: 'key_1', scopes: ['operator'] }
  const given = {
    changed: () => undefined,
    principal,
    headers: new Headers(),
    trace: 't',
    params: {},
    query: {},
    ...more,
  }
  const answer = await endpoint.handle(given as never)
  return (await answer.json()) as Record<string, unknown>
}
const replace = (version: number, config: object = first) =>
  call('put', '/admin/v1/config', {
    headers: new Headers({ 'if-match': `"${version}"` }),
    body: { config, reason: 'it is replaced' },
  })

describe('a version of the configuration that this code cannot read', () => {
  test('decides nothing and is named; what waits for it comes again and is not counted as failed', async () => {
    await appendNewer(1, 'elsewhere')
    for (const asked of [reader.current(), reader.chainHistory(), configModule.queries(database).latest()]) {
      const error: unknown = await asked.catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'config_unreadable', detail: { version: 2 } })
      expect(isTransient(error)).toBe(true)
    }
    const pinned: unknown = await reader.at(2).catch((caught: unknown) => caught)
    expect(pinned).toMatchObject({ code: 'config_unreadable', detail: { version: 2 } })
    expect(isTransient(pinned)).toBe(false)
    expect(await reader.at(1)).toEqual(first)
  })

  test('leaves pages the last that can be read, however many cannot', async () => {
    await appendNewer(1, 'chains')
    await append(2)
    await database.query(`UPDATE config.versions SET config = '"?"' WHERE version = 3`)
    expect(await reader.readable()).toEqual({ version: 1, config: first, newest: 3 })
    expect(await call('get', '/admin/v1/config')).toMatchObject({ version: 1, unreadable: 3 })
  })

  test('tells nobody to pay to an address of before, which it may have retired', async () => {
    await appendNewer(1, 'elsewhere')
    const page = await call('get', '/marketplace/v1/config')
    expect(page).toMatchObject({ version: 1, trading: 'off', treasuryPrice: '1' })
    const shown = page['chains'] as Record<Chain, unknown>
    for (const chain of chains) expect(shown[chain]).toMatchObject({ enabled: false, depositAddresses: [] })
  })

  test('is replaced by an operator who names it, and by nobody who does not know of it', async () => {
    await appendNewer(1, 'elsewhere')
    await expect(replace(1)).rejects.toMatchObject({
      code: 'precondition_failed',
      message: expect.stringMatching(/Version 2.*If-Match: "2"/) as string,
    })
    const elsewhere = { ...first, vaults: { ...first.vaults, escrow: 'vault-of-alice' } }
    await expect(replace(2, elsewhere)).rejects.toMatchObject({ code: 'vaults_fixed' })
    expect(await replace(2)).toMatchObject({ version: 3 })
    expect(await reader.current()).toEqual({ version: 3, config: first })
    await expect(call('get', '/admin/v1/config/versions/{version}', { params: { version: 2 } })).rejects.toMatchObject({
      code: 'service_unavailable',
    })
  })

  test('counts, once it is replaced, as a halt of all chains for as long as it was in force', async () => {
    await append(1, { chains: { ...first.chains, BSC: { ...first.chains.BSC, confirmations: 30 } } })
    await appendNewer(2, 'chains')
    await replace(3)
    clock.advance(1_000)
    const history = await reader.chainHistory()
    expect(history.map(({ version, unreadable, chains: { BSC } }) => [version, unreadable, BSC.halted])).toEqual([
      [1, undefined, false],
      [2, undefined, false],
      [3, true, true],
      [4, undefined, false],
    ])
    expect(history[2]?.chains.BSC).toMatchObject({ confirmations: 30, depositAddresses: [evm] })
  })
})

test('the history of the chains holds their changes alone, and what came since is asked for from there', async () => {
  await append(1, { treasuryPrice: '2' })
  const eth = (confirmations: number) => ({ chains: { ...first.chains, ETH: { ...first.chains.ETH, confirmations } } })
  await append(2, eth(20))
  await append(3, eth(20))
  await append(4, eth(12))
  const queries = configModule.queries(database)
  const of = async (after: number, upTo: number) =>
    (await queries.chainHistory(after, upTo)).map(({ version, chains }) => [version, chains?.ETH.confirmations])
  expect(await of(0, 5)).toEqual([
    [1, 12],
    [3, 20],
    [5, 12],
  ])
  expect(await of(0, 3)).toEqual([
    [1, 12],
    [3, 20],
  ])
  expect(await of(2, 5)).toEqual([
    [3, 20],
    [5, 12],
  ])
  expect(await of(3, 4)).toEqual([])
  const sinceMs = (await queries.chainHistory(0, 5)).map((one) => one.sinceMs)
  expect(sinceMs.at(-1)).toBe(clock.now())
})
