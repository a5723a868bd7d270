import {
  type MarketplaceConfig,
  actorOf,
  addressFault,
  chains,
  marketplaceConfigSchema,
  forEveryChain,
} from '@species/contracts'
import { type Bus, about } from '@species/bus'
import type { Database } from '@species/database'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import type { Clock } from '@species/platform'
import { z } from 'zod'
import { defaultConfig } from '../app/first-version.ts'
import { appendVersion, configQueries, listVersions } from '../adapters/version-rows.ts'
import { type AddressesByChain, sandboxAddressesIn } from '../domain/addresses.ts'

export interface ConfigDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  /** The sandbox's addresses on the chains that are real here: what is paid there is lost. */
  readonly sandboxAddresses: AddressesByChain
}

const tag = 'Configuration'
/** A version of the configuration, as it is answered. */
export const versionSchema = z.strictObject({ version: z.number().int(), config: marketplaceConfigSchema })
const etag = (version: number): string => `"${version}"`

export function getConfig({ database }: ConfigDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/config',
      operationId: 'getConfig',
      tag,
      summary: 'The configuration, with its version as ETag',
      description:
        'Send the `ETag` as `If-Match` when you change it. Where the process that answers is too old to read the newest version, this is the newest that it can read, and `unreadable` names the other.',
      access: 'operator',
      problems: [],
      responses: {
        200: {
          description: 'The newest version that can be read',
          schema: versionSchema.extend({ unreadable: z.number().int().optional() }),
          headers: ['ETag'],
        },
      },
    },
    async () => {
      const { version, config, newest } = await configQueries(database).lastReadable()
      const answer = { version, config, ...(newest === version ? {} : { unreadable: newest }) }
      return json(200, answer, { etag: etag(version), 'cache-control': 'no-store' })
    },
  )
}

const change = z.strictObject({ config: marketplaceConfigSchema, reason: z.string().trim().min(8).max(1_000) })

const changeExample = {
  config: {
    ...defaultConfig({
      depositAddresses: forEveryChain((chain) =>
        chain === chains[0] ? ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'] : [],
      ),
      escrowVault: 'vault-market-escrow',
      poolVault: 'vault-liquidity-pool',
    }),
    treasuryPrice: '0.95',
  },
  reason: 'The price of the spring campaign.',
}

export function putConfig({ database, bus, clock, sandboxAddresses }: ConfigDeps): Endpoint {
  return endpoint(
    {
      method: 'put',
      path: '/admin/v1/config',
      operationId: 'putConfig',
      tag,
      summary: 'Change the configuration',
      description:
        'Send `If-Match` with the version you read. Events accepted before keep its prices, fees and deadlines; whether a chain is enabled and an address is ours follows the time at which a payment is mined, and `halted` acts at once.',
      access: 'operator',
      requestHeaders: ['If-Match'],
      body: { schema: change, examples: { cheaper: changeExample } },
      problems: ['precondition_failed', 'vaults_fixed'],
      responses: { 200: { description: 'The new version', schema: versionSchema, headers: ['ETag'] } },
    },
    async ({ principal, body, headers, trace }) => {
      const given = /^"(\d{1,15})"$/.exec(headers.get('if-match') ?? '')?.[1]
      if (given === undefined)
        throw new Problem(
          'precondition_failed',
          'Send `If-Match: "<version>"` with the version you read, so that nobody’s change is lost.',
        )
      const faults = addressFaults(body.config)
      if (faults.length > 0)
        throw new Problem('invalid_request', `Money sent to these addresses would be lost: ${faults.join('; ')}.`)
      const lost = sandboxAddressesIn(body.config, sandboxAddresses)
      if (lost.length > 0) {
        throw new Problem(
          'invalid_request',
          `These are the sandbox's addresses, and nobody has their keys: ${lost.join(', ')}. Name addresses of your own.`,
        )
      }
      const previous = Number(given)
      const before = await configQueries(database).lastReadable()
      // The vaults stay those of the first version, so those of any version that can be read are the newest's, too.
      if (before.newest === previous && !areSameVaults(before.config.vaults, body.config.vaults)) {
        throw new Problem(
          'vaults_fixed',
          'Units of listings and of the pool are in the vaults as they are. Send `vaults` as you read them.',
        )
      }
      const appended = await appendVersion(database, previous, {
        config: body.config,
        changedBy: actorOf(principal),
        reason: body.reason,
        nowMs: clock.now(),
      })
      if (!appended) throw new Problem('precondition_failed', notTheNewest(previous, before))
      const version = previous + 1
      await bus.publish([
        about('config.changed', { trace }, { key: `config-${version}`, partitionKey: 'config' }, { version }),
      ])
      return json(200, { version, config: body.config }, { etag: etag(version) })
    },
  )
}

function notTheNewest(previous: number, { version, newest }: { version: number; newest: number }): string {
  const said = `Version ${previous} is not the newest.`
  return newest === version
    ? `${said} Read the configuration again and repeat your change on it.`
    : `${said} Version ${newest} is, and this process is too old to read it. Change it where the newer program runs. To replace it by what you send, whatever it says, send \`If-Match: "${newest}"\`.`
}

/** Addresses of the configuration that cannot be ours, each with the reason; a compromised one is no deposit address. */
function addressFaults(config: Pick<MarketplaceConfig, 'chains'>): string[] {
  return chains.flatMap((chain) => {
    const { depositAddresses, quoteAddresses, compromisedAddresses } = config.chains[chain]
    const shared = new Set(depositAddresses.map((address) => address.toLowerCase()))
    const both = quoteAddresses.filter((address) => shared.has(address.toLowerCase()))
    const compromised = new Set(compromisedAddresses.map((address) => address.toLowerCase()))
    return [...depositAddresses, ...quoteAddresses].flatMap((address) => {
      const fault =
        addressFault(chain, address) ??
        (both.includes(address) ? 'it is a deposit address: quotes need addresses of their own' : undefined) ??
        (compromised.has(address.toLowerCase()) ? 'it is compromised: take it out of the deposit addresses' : undefined)
      return fault === undefined ? [] : [`${chain} ${address}: ${fault}`]
    })
  })
}

type Vaults = MarketplaceConfig['vaults']
function areSameVaults(one: Vaults, other: Vaults): boolean {
  return one.escrow === other.escrow && one.liquidityPool === other.liquidityPool
}

const versionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce.number().int().positive().optional(),
})

const changeView = z.strictObject({
  version: z.number().int(),
  changedBy: z.string().describe('an operator and their key'),
  reason: z.string(),
  changedAt: z.iso.datetime(),
})

export function getVersions({ database }: ConfigDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/config/versions',
      operationId: 'listConfigVersions',
      tag,
      summary: 'Who changed the configuration, when and why',
      access: 'operator',
      description: 'In pages: ask again `before` the last version.',
      query: versionsQuery,
      problems: [],
      responses: { 200: { description: 'Newest first', schema: z.strictObject({ versions: z.array(changeView) }) } },
    },
    async ({ query }) => {
      const rows = await listVersions(database, query.before, query.limit)
      return json(200, {
        versions: rows.map(({ changedAtMs, ...row }) => ({ ...row, changedAt: new Date(changedAtMs).toISOString() })),
      })
    },
  )
}
