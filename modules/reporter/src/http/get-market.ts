import { chains } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'

const basisPoints = z.number().int().describe('in basis points: hundredths of a per cent')
const marketSchema = z.strictObject({
  sandbox: z.boolean().describe('true: units and money here are worth nothing'),
  trading: z.enum(['on', 'off']),
  treasuryPrice: z.string().describe('USDT for one unit from the treasury'),
  redeemPrice: z.string().describe('USDT for one unit that is redeemed'),
  feeBasisPoints: z.strictObject({
    buyTreasury: basisPoints,
    buyMarket: basisPoints,
    sell: basisPoints,
    redeem: basisPoints,
  }),
  chains: z.array(
    z.strictObject({
      chain: z.enum(chains),
      open: z.boolean().describe('whether payments on it are taken'),
      halted: z.boolean().describe('true: payments on it wait'),
      confirmations: z.number().int().describe('how many a payment needs'),
    }),
  ),
  listing: z.strictObject({
    minUnits: z.number().int(),
    defaultLifeMs: z.number().int(),
    maxLifeMs: z.number().int(),
  }),
  configVersion: z.number().int(),
  asOf: z.string(),
})

/** Comes from the configuration that the process keeps, so it costs no question. */
export function getMarket({
  config: pages,
  sandbox,
  clock,
}: Pick<ReporterDeps, 'config' | 'sandbox' | 'clock'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/market',
      operationId: 'getMarket',
      tag: 'Market',
      summary: 'Prices, fees, chains and rules of the market',
      description: 'What everyone may know before they have a key. Where you pay is told with your quote.',
      access: 'public',
      problems: [],
      responses: { 200: { description: 'As configured now', schema: marketSchema } },
    },
    async () => {
      const { version, config } = await pages.readable()
      const answer: z.infer<typeof marketSchema> = {
        sandbox,
        trading: config.trading,
        treasuryPrice: config.treasuryPrice,
        redeemPrice: config.redeemPrice,
        feeBasisPoints: config.feeBasisPoints,
        chains: chains.map((chain) => {
          const { enabled, halted, confirmations } = config.chains[chain]
          return { chain, open: enabled, halted, confirmations }
        }),
        listing: {
          minUnits: config.listing.minUnits,
          defaultLifeMs: config.listing.defaultLifeMs,
          maxLifeMs: config.listing.maxLifeMs,
        },
        configVersion: version,
        asOf: new Date(clock.now()).toISOString(),
      }
      return json(200, answer, { 'cache-control': 'no-store' })
    },
  )
}
