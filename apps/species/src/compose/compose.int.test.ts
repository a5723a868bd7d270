import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { MarketplaceConfig, ModuleName } from '@species/contracts'
import { createLogger } from '@species/platform'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Program, compose } from './compose.ts'
import { readSettings } from '../settings/settings.ts'

/** Real partners that are all away: nobody listens there. */
const real = {
  MORALIS_URL: 'http://127.0.0.1:1',
  MORALIS_API_KEY: 'key',
  TRON_URL: 'http://127.0.0.1:1',
  TRON_API_KEY: 'key',
  ONLI_URL: 'http://127.0.0.1:1',
  ONLI_APP_KEY: 'key',
}

let directory: string
let said: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'species-compose-'))
  said = ''
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

async function started<T>(
  environment: Readonly<Record<string, string>>,
  modules: readonly ModuleName[] | undefined,
  use: (program: Program) => Promise<T>,
): Promise<T> {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk)
      done()
    },
  })
  const settings = readSettings({ ...environment, SPECIES_DATA_DIR: directory, SANDBOX_PORT: '0' })
  const log = createLogger({ level: 'warn', stream })
  const program = await compose(settings, { log, ...(modules ? { modules } : {}) })
  try {
    return await use(program)
  } finally {
    await program.close()
  }
}

async function publicConfig(program: Program): Promise<Pick<MarketplaceConfig, 'trading' | 'chains'>> {
  return (await (await program.fetch(new Request('http://market.test/marketplace/v1/config'))).json()) as never
}

it('on real chains nobody is told to pay to the sandbox: the market is closed, and the first start says what to do', async () => {
  const { trading, chains } = await started(real, ['marketplace-api', 'reporter'], publicConfig)
  expect(trading).toBe('off')
  expect(Object.values(chains)).toHaveLength(4)
  for (const chain of Object.values(chains)) expect(chain).toMatchObject({ enabled: false, depositAddresses: [] })
  expect(said).toContain('PUT /admin/v1/config')
  said = ''
  await started(real, ['reporter'], publicConfig)
  expect(said).not.toContain('PUT /admin/v1/config')
}, 60_000)

it('a partner that is away keeps only the process that delivers from starting', async () => {
  await expect(started(real, ['asset-manager'], publicConfig)).rejects.toMatchObject({ code: 'no_market_vaults' })
  await expect(started(real, ['reporter', 'cashier'], publicConfig)).resolves.toBeDefined()
}, 60_000)

it.each([
  ['real partners on a database of the sandbox', {}, real],
  ['a sandbox on a database of real partners', real, {}],
  ['one sandbox among real partners there', real, { MORALIS_API_KEY: 'key', SPECIES_ALLOW_SANDBOX: '1' }],
])(
  'are refused before anything happens: %s',
  async (_name, first, second) => {
    const configured = await started(first, ['reporter'], publicConfig)
    await expect(started(second, ['reporter'], publicConfig)).rejects.toMatchObject({
      code: 'mixed_partners',
      publicMessage: expect.stringContaining('Use a fresh database') as string,
    })
    expect(await started(first, ['reporter'], publicConfig)).toEqual(configured)
  },
  60_000,
)

it('the map of what the process depends on names every part it has and nothing else', async () => {
  const at = async (program: Program, path: string): Promise<unknown> =>
    await (await program.fetch(new Request(`http://market.test${path}`))).json()
  const state = { state: 'up', since: expect.any(String) as string }
  const parts = { database: state, moralis: state, tron: state, onli: state, nowpayments: state }
  await started({}, ['reporter'], async (program) => {
    for (const path of ['/health', '/health/ready']) expect(await at(program, path)).toEqual({ status: 'ready', parts })
    expect(await at(program, '/marketplace/v1/health')).toMatchObject({ status: 'ok', trading: 'on', parts })
  })
}, 60_000)
