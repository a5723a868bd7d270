import {
  type AccountCredit,
  type Announcement,
  type ChainsVersion,
  type ConfirmPort,
  type Inflows,
  type KeyLimits,
  type MarketplaceConfig,
  type PayoutOrder,
  type ProceedsEvent,
  type Scope,
  type SoldFill,
  type UserStanding,
  forEveryChain,
  marketplaceConfigSchema,
} from '@species/contracts'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { type Outcome, notYet, ok, refuse, yes } from '@species/kernel'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, manualClock, onePerson } from '@species/testing'
import type { PayoutsDeps } from './app/deps.ts'
import { followPayouts } from './app/follow-payouts.ts'
import { createPayouts } from './module.ts'
import { type TestChain, testClaims, testLedger } from './test-books.ts'

/** An address of the marketplace, and one that is denied. */
export const ours = `0x${'d'.repeat(40)}`
export const wallet = `0x${'c'.repeat(40)}`
export const denied = `0x${'e'.repeat(40)}`
export const formerlyOurs = `0x${'f'.repeat(40)}`

/** The module with the other modules' answers as plain values that a test changes. */
export interface World {
  readonly deps: PayoutsDeps
  readonly clock: ManualClock
  readonly announced: Announcement[]
  config: MarketplaceConfig
  readonly chain: TestChain
  /** Standing of users who are not active. */
  readonly standings: Map<string, UserStanding['status']>
  /** Revoked, or of a person who is no treasurer. */
  readonly revokedKeys: Set<string>
  readonly immature: Map<string, bigint>
  flows: Inflows['flows']
  /** What came into accounts of the marketplace lately. */
  readonly lately: Map<string, bigint>
  /** What came into accounts, what purchases bought, and which events name an address for their proceeds. */
  readonly credits: (AccountCredit & { readonly account: string })[]
  readonly sold: SoldFill[]
  readonly asked: ProceedsEvent[]
  /** Set where payouts are sent by a partner. */
  sender: ((order: PayoutOrder) => Promise<Outcome<{ hash: string }>>) | undefined
  /** Lets time pass, and looks at what is due. */
  follow(passedMs?: number): Promise<void>
  /** Gives money: `user:ann`, `payable:ann`, and so on. */
  give(account: string, micro: bigint): Promise<void>
  /** Every balance that is not zero: `posted/held`. */
  balances(): Promise<Record<string, string>>
  ask(method: string, path: string, body?: object, as?: Caller): Promise<{ status: number; body: Answered }>
}
type Answered = Record<string, unknown> & { readonly code?: string }

/** Who asks: the user, their scopes, and whether the request is confirmed. */
export interface Caller {
  readonly onliId?: string
  readonly keyId?: string
  readonly scopes?: readonly Scope[]
  readonly confirmed?: boolean
  readonly limits?: KeyLimits
  readonly operatorId?: string
}

/** An operator, by their name. */
export const operator = (operatorId: string): Caller => ({
  onliId: 'operator',
  operatorId,
  keyId: `key_${operatorId}`,
  scopes: ['operator'],
})

/** Who asked last with each key. */
const principals = new Map<string, Caller>()

export function createWorld(database: Database): World {
  const clock = manualClock()
  const announced: Announcement[] = []
  const world: World = {
    clock,
    announced,
    config: configOf(),
    chain: new Map(),
    standings: new Map(),
    revokedKeys: new Set(),
    immature: new Map(),
    flows: [],
    lately: new Map(),
    credits: [],
    sold: [],
    asked: [],
    sender: undefined,
    async follow(passedMs = 0) {
      clock.advance(passedMs)
      await followPayouts(world.deps)
    },
    async give(account, micro) {
      await database.query(
        `INSERT INTO test.balances (account, posted) VALUES ($1, $2)
         ON CONFLICT (account) DO UPDATE SET posted = test.balances.posted + $2`,
        [account, micro.toString()],
      )
    },
    async balances() {
      const rows = await database.query<{ account: string; posted: bigint; held: bigint }>(
        'SELECT account, posted, held FROM test.balances WHERE posted <> 0 OR held <> 0 ORDER BY account',
      )
      return Object.fromEntries(rows.map(({ account, posted, held }) => [account, `${posted}/${held}`]))
    },
    deps: depsOf(database, clock, () => world),
    async ask(method, path, body, as = {}) {
      const { onliId = 'ann', keyId = 'key_1', scopes = ['read', 'payout'], confirmed = true } = as
      principals.set(keyId, as)
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

/** The other modules, as the world says. */
function depsOf(database: Database, clock: ManualClock, world: () => World): PayoutsDeps {
  return {
    database,
    clock,
    ids: systemIds,
    log: silentLogger,
    config: {
      chainHistory: async () => [before()],
      current: async () => ({ version: 2, config: world().config }),
    },
    secondPerson: onePerson(database),
    ledger: testLedger,
    claims: testClaims,
    chainReaders: [
      {
        chains: ['ETH', 'BSC', 'POLYGON', 'TRON'],
        transaction: async (_chain, hash) => {
          const found = world().chain.get(hash)
          return found ? yes(found) : notYet('not_found')
        },
      },
    ],
    authenticator: () => ({
      standings: async (onliIds) =>
        new Map(
          onliIds.map((onliId) => [
            onliId,
            { onliId, vaultId: `vault-${onliId}`, status: world().standings.get(onliId) ?? 'active' },
          ]),
        ),
      voidKeys: async (keyIds, least) =>
        new Set(keyIds.filter((keyId) => least === 'treasurer' && world().revokedKeys.has(keyId))),
    }),
    cashier: (sql) => ({
      balances: async (names) =>
        (
          await sql.query<{ account: string; posted: bigint; held: bigint }>(
            'SELECT account, posted, held FROM test.balances WHERE account = ANY($1::text[])',
            [names],
          )
        ).map((row) => ({ ...row, asset: 'USDT' as const })),
      cameIn: async (account) => world().lately.get(account) ?? 0n,
      statement: async () => [],
      creditsAfter: async (account, seq, limit) =>
        world()
          .credits.filter((one) => one.account === account && one.seq > seq)
          .slice(0, limit),
      inflows: async (onliIds) => ({
        isComplete: true,
        flows: world().flows.filter(({ to }) => onliIds.includes(to)),
      }),
    }),
    matching: () => ({ soldBy: async (keys) => world().sold.filter(({ eventKey }) => keys.includes(eventKey)) }),
    marketplace: () => ({
      proceedsAsked: async (keys) => world().asked.filter(({ eventKey }) => keys.includes(eventKey)),
    }),
    validator: () => ({
      immature: async (payers) => new Map([...world().immature].filter(([payer]) => payers.includes(payer))),
    }),
    get payoutSender() {
      const { sender } = world()
      return sender && { send: sender }
    },
    latestConfig: () => ({ latest: async () => ({ version: 2, config: world().config }) }),
    confirm: () => confirmPort,
    announce: async (_tx, announcement) => {
      world().announced.push(announcement)
    },
  }
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
      ourWallets: [wallet],
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
    const { limits, operatorId } = principals.get(keyId) ?? {}
    const more = {
      ...(limits ? { limits } : {}),
      ...(operatorId === undefined ? {} : { operatorId, role: 'treasurer' as const }),
    }
    return ok({ principal: { onliId, keyId, scopes: scopes as Scope[], ...more }, resend: false })
  }
  const limiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  const { endpoints } = createPayouts(deps)
  return createHttpApp({
    endpoints,
    verifier: { verify },
    limiter,
    log: deps.log,
    metrics: createMetrics(),
    audit: { append: async () => undefined },
  })
}
