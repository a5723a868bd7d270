import {
  type Announcement,
  type ChainsVersion,
  type ConfirmPort,
  type MarketplaceConfig,
  type Scope,
  forEveryChain,
  marketplaceConfigSchema,
} from '@species/contracts'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { ok, refuse } from '@species/kernel'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, manualClock } from '@species/testing'
import type { PayoutsDeps } from './app/deps.ts'
import { createPayouts } from './module.ts'

/** An address of the marketplace, and one that is denied. */
export const ours = `0x${'d'.repeat(40)}`
export const denied = `0x${'e'.repeat(40)}`
export const formerlyOurs = `0x${'f'.repeat(40)}`

/** The module with the other modules' answers as plain values that a test changes. */
export interface World {
  readonly deps: PayoutsDeps
  readonly clock: ManualClock
  readonly announced: Announcement[]
  config: MarketplaceConfig
  ask(method: string, path: string, body?: object, as?: Caller): Promise<{ status: number; body: Answered }>
}
type Answered = Record<string, unknown> & { readonly code?: string }

/** Who asks: the user, their scopes, and whether the request is confirmed. */
interface Caller {
  readonly onliId?: string
  readonly keyId?: string
  readonly scopes?: readonly Scope[]
  readonly confirmed?: boolean
}

export function createWorld(database: Database): World {
  const clock = manualClock()
  const announced: Announcement[] = []
  const world: World = {
    clock,
    announced,
    config: configOf(),
    deps: {
      database,
      clock,
      ids: systemIds,
      log: silentLogger,
      config: { chainHistory: async () => [before()] },
      latestConfig: () => ({ latest: async () => ({ version: 2, config: world.config }) }),
      confirm: () => confirmPort,
      announce: async (_tx, announcement) => {
        announced.push(announcement)
      },
    },
    async ask(method, path, body, as = {}) {
      const { onliId = 'ann', keyId = 'key_1', scopes = ['read', 'payout'], confirmed = true } = as
      const headers = {
        'x-as': [onliId, keyId, ...scopes].join(' '),
        ...(confirmed ? { 'species-confirmation': `by the second key of ${onliId}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      }
      const request = new Request(`http://market.test${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const response = await app.fetch(request)
      const text = await response.text()
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answered }
    },
  }
  const app = appOf(world.deps)
  return world
}

const confirmPort: ConfirmPort = {
  isTrusted: () => true,
  confirm: async (_asking, _action, confirmation) =>
    confirmation === null ? refuse('confirmation_required', 'Confirm it.') : ok({ by: confirmation }),
}

function before(): ChainsVersion {
  const earlier = configOf().chains
  return { version: 1, sinceMs: 0, chains: { ...earlier, BSC: { ...earlier.BSC, depositAddresses: [formerlyOurs] } } }
}

function configOf(): MarketplaceConfig {
  return marketplaceConfigSchema.parse({
    trading: 'on',
    treasuryPrice: '1',
    redeemPrice: '1',
    feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
    chains: forEveryChain((chain) => ({
      enabled: chain !== 'TRON',
      depositAddresses: chain === 'TRON' ? [] : [ours],
      confirmations: 3,
      deniedAddresses: chain === 'POLYGON' ? [denied] : [],
    })),
    recheckMultiples: [2],
    deadlines: { paymentMs: 1_000, paymentWatchMs: 1_000, consentMs: 1_000, unknownMs: 1_000, eventMs: 1_000 },
    listing: { defaultLifeMs: 1_000, maxLifeMs: 1_000 },
    payouts: { enabled: true },
    vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
  })
}

function appOf(deps: PayoutsDeps) {
  const verify = async ({ headers }: { headers: { get(name: string): string | null } }) => {
    const [onliId = '', keyId = '', ...scopes] = (headers.get('x-as') ?? '').split(' ')
    return ok({ principal: { onliId, keyId, scopes: scopes as Scope[] }, resend: false })
  }
  const limiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  const { endpoints } = createPayouts(deps)
  return createHttpApp({ endpoints, verifier: { verify }, limiter, log: deps.log, metrics: createMetrics() })
}
