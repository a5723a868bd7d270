import { type ChainsConfig, type ReadableConfig, chains, marketplaceConfigSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { configQueries } from '../adapters/version-rows.ts'
import type { ConfigDeps } from '../app/deps.ts'

const marketConfigSchema = marketplaceConfigSchema
  .pick({
    trading: true,
    treasuryPrice: true,
    redeemPrice: true,
    feeBasisPoints: true,
    chains: true,
    priceHoldMs: true,
  })
  .extend({ version: z.number().int(), paymentDeadlineMs: marketplaceConfigSchema.shape.deadlines.shape.paymentMs })

/** What a payer must know: prices, fees, where to pay. */
export function getPublicConfig({ database }: Pick<ConfigDeps, 'database'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/config',
      operationId: 'getMarketConfig',
      tag: 'Market',
      summary: 'Prices, fees and where to pay',
      description:
        'What a trader needs to know before they pay: prices, fees, chains and deposit addresses, and how long a price holds. Where the process that answers is too old to read the newest version, it shows the last one it can read, with trading off and no address to pay to.',
      access: 'public',
      problems: [],
      responses: {
        200: { description: 'The part of the configuration that concerns traders', schema: marketConfigSchema },
      },
    },
    async () => {
      const readable = await configQueries(database).lastReadable()
      const { treasuryPrice, redeemPrice, feeBasisPoints, priceHoldMs, deadlines } = readable.config
      return json(200, {
        version: readable.version,
        treasuryPrice,
        redeemPrice,
        feeBasisPoints,
        ...openIn(readable),
        priceHoldMs,
        paymentDeadlineMs: deadlines.paymentMs,
      })
    },
  )
}

/** What is open. The version that this code cannot read may have retired an address: no payer is told of one of before. */
function openIn({ version, newest, config }: ReadableConfig): { trading: 'on' | 'off'; chains: ChainsConfig } {
  const isNewest = newest === version
  // An address that a quote leases is its holder's alone to know.
  const shown = chains.map((chain) => {
    const one = { ...config.chains[chain], quoteAddresses: [] }
    return [chain, isNewest ? one : { ...one, enabled: false, depositAddresses: [] }]
  })
  return { trading: isNewest ? config.trading : 'off', chains: Object.fromEntries(shown) as ChainsConfig }
}
