import {
  type Chain,
  type MarketplaceConfig,
  chainFacts,
  chains,
  forEveryChain,
  marketplaceConfigSchema,
} from '@species/contracts'
import type { Database } from '@species/database'
import type { Clock } from '@species/platform'
import { appendVersion } from '../adapters/version-rows.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** The configuration of a marketplace that is not configured yet: a chain without an address is closed, and so is a market without a chain. */
export function defaultConfig(given: {
  depositAddresses: Readonly<Record<Chain, string[]>>
  /** None unless said. */
  quoteAddresses?: Readonly<Record<Chain, string[]>>
  escrowVault: string
  poolVault: string
  /** Two days unless said. */
  walletTransferMs?: number
  /** Set where payouts are open from the start, without delays: our wallets, and the age of payments, by chain. */
  payouts?: Readonly<
    Record<Chain, Partial<Pick<MarketplaceConfig['chains'][Chain], 'ourWallets' | 'payoutMaturityMs'>>>
  >
  /** An hour unless said. */
  changeDelayMs?: number
}): MarketplaceConfig {
  const chainConfig = (chain: Chain) => ({
    enabled: given.depositAddresses[chain].length > 0,
    depositAddresses: given.depositAddresses[chain],
    confirmations: chainFacts[chain].confirmations,
    ...(given.quoteAddresses ? { quoteAddresses: given.quoteAddresses[chain] } : {}),
    ...given.payouts?.[chain],
  })
  return marketplaceConfigSchema.parse({
    trading: chains.some((chain) => given.depositAddresses[chain].length > 0) ? 'on' : 'off',
    treasuryPrice: '1',
    redeemPrice: '1',
    feeBasisPoints: { buyTreasury: 50, buyMarket: 50, sell: 0, redeem: 0 },
    chains: forEveryChain(chainConfig),
    walletTransferMs: given.walletTransferMs ?? 2 * dayMs,
    changeDelayMs: given.changeDelayMs ?? 60 * minuteMs,
    priceHoldMs: 10 * minuteMs,
    recheckMultiples: [2, 5],
    deadlines: {
      paymentMs: 60 * minuteMs,
      paymentWatchMs: 7 * dayMs,
      consentMs: 30 * minuteMs,
      unknownMs: 10 * minuteMs,
      eventMs: dayMs,
    },
    listing: { defaultLifeMs: 7 * dayMs, maxLifeMs: 90 * dayMs },
    ...(given.payouts ? { payouts: { enabled: true, addressDelayMs: 0 } } : {}),
    vaults: { escrow: given.escrowVault, liquidityPool: given.poolVault },
  })
}

/** Makes the first version where there is none. True: this call made it. */
export async function ensureFirstVersion(
  database: Database,
  config: MarketplaceConfig,
  clock: Clock,
): Promise<boolean> {
  return await appendVersion(database, 0, {
    config,
    changedBy: 'species',
    reason: 'the first start',
    nowMs: clock.now(),
  })
}
