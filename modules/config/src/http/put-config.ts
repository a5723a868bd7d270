import {
  type MarketplaceConfig,
  addressFault,
  chains,
  forEveryChain,
  marketplaceConfigSchema,
} from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint } from '@species/http'
import { z } from 'zod'
import { changingConfig } from '../app/change-config.ts'
import type { ConfigDeps } from '../app/deps.ts'
import { defaultConfig } from '../app/first-version.ts'
import { sandboxAddressesIn } from '../domain/addresses.ts'
import { etag, versionSchema } from './operate.ts'

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

export function putConfig(deps: ConfigDeps): Endpoint {
  const changeConfig = deps.secondPerson.define(changingConfig(deps))
  return endpoint(
    {
      method: 'put',
      path: '/admin/v1/config',
      operationId: 'putConfig',
      tag: 'Configuration',
      summary: 'Change the configuration',
      description:
        'Send `If-Match` with the version you read. Events accepted before keep its prices, fees and deadlines; whether a chain is enabled and an address is ours follows the time at which a payment is mined, and `halted` acts at once. One person may halt trading or a chain, and disable a chain; every other change takes two people and, after it was proposed, `changeDelayMs`.',
      access: 'operator',
      audit: { action: 'config.change', target: () => 'config' },
      requestHeaders: ['If-Match'],
      body: { schema: change, examples: { cheaper: changeExample } },
      problems: ['precondition_failed', 'vaults_fixed'],
      responses: {
        200: { description: 'The new version', schema: versionSchema, headers: ['ETag'] },
        ...secondPersonResponse,
      },
    },
    async (call) => {
      const { config } = call.body
      const given = /^"(\d{1,15})"$/.exec(call.headers.get('if-match') ?? '')?.[1]
      if (given === undefined)
        throw new Problem(
          'precondition_failed',
          'Send `If-Match: "<version>"` with the version you read, so that another operator’s change is not lost.',
        )
      const faults = addressFaults(config)
      if (faults.length > 0)
        throw new Problem('invalid_request', `Money sent to these addresses would be lost: ${faults.join('; ')}.`)
      const lost = sandboxAddressesIn(config, deps.sandboxAddresses)
      if (lost.length > 0)
        throw new Problem(
          'invalid_request',
          `These are the sandbox's addresses, of which no one has the keys: ${lost.join(', ')}. Name addresses of your own.`,
        )
      const previous = Number(given)
      const response = await changeConfig.request(call, { previous, config })
      if (response.status === 200) response.headers.set('etag', etag(previous + 1))
      return response
    },
  )
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
