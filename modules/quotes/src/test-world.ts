import {
  type ChainsVersion,
  type ClaimHolder,
  type FoundTransfer,
  type MarketplaceConfig,
  type ProvenTransfer,
  type QuotePayment,
  type UnitHolds,
  chainFacts,
  marketplaceConfigSchema,
  quoteKeyOf,
} from '@species/contracts'
import type { Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { notYet, ok, refuse, yes } from '@species/kernel'
import { createMetrics, silentLogger } from '@species/platform'
import { type ManualClock, countingIds, dossierOf, manualClock, neverAheadOf } from '@species/testing'
import type { QuotesDeps } from './app/deps.ts'
import { createQuotesPort } from './app/quotes-port.ts'
import { createQuotes } from './module.ts'
import { principalOf, withinMandate } from './test-mandate.ts'

export const minuteMs = 60_000
export const shared = `0x${'d'.repeat(40)}`
export const leased = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`]
export const aliceWallet = `0x${'a'.repeat(40)}`
const stranger = `0x${'9'.repeat(40)}`
/** What a quote for ten units costs, with the fee. */
export const dueMicro = 10_050_000n

const chain = { enabled: true, depositAddresses: [shared], confirmations: 12, halted: false, quoteAddresses: leased }
const config = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 50, buyMarket: 50, sell: 0, redeem: 0 },
  chains: Object.fromEntries(Object.keys(chainFacts).map((name) => [name, chain])),
  recheckMultiples: [],
  deadlines: { paymentMs: 1e6, paymentWatchMs: 1e6, consentMs: 1e6, unknownMs: 1e6, eventMs: 1e6 },
  listing: { defaultLifeMs: 1e6, maxLifeMs: 1e6 },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})

export interface Shown {
  readonly quoteId: string
  readonly state: string
  readonly eventId?: string
  readonly amount: string
  readonly payTo: { readonly address: string; readonly isShared: boolean }
  readonly unitPrice?: string
  readonly event: Readonly<Record<string, unknown>>
  readonly payments: readonly {
    readonly becomes: string
    readonly amountIs: string
    readonly isClaimed: boolean
    readonly isFinal: boolean
  }[]
}

/** The module with what came in, claims and units as plain values that a test changes. */
export interface World {
  readonly deps: QuotesDeps
  readonly clock: ManualClock
  /** What came in, as deposits tells it. */
  readonly found: FoundTransfer[]
  /** For whom each transfer was claimed, by its hash. */
  readonly claimed: Map<string, ClaimHolder>
  /** The units that quotes gave back, by quote key. */
  readonly released: string[]
  readonly published: Outgoing[]
  /** Changes the chains' settings from now on. */
  change(eth: Partial<MarketplaceConfig['chains']['ETH']>): void
  /** How far lists are behind the clock; undefined: they were never read. */
  behindMs: number | undefined
  ask(
    method: string,
    path: string,
    body?: object,
    as?: string,
  ): Promise<{ status: number; body: Shown; retry: string | null }>
  quote(owner?: string): Promise<Shown>
  read(quoteId: string, owner?: string): Promise<Shown>
  /** Money comes in, final unless said. */
  pay(quote: Shown, micro: bigint, more?: Partial<FoundTransfer>): FoundTransfer
  /** Runs the jobs that are due. */
  watch(): Promise<void>
  /** An event of the owner cites a quote. */
  cite(quote: Shown, n: number, event?: object): Promise<string>
}

export function createWorld(database: Database): World {
  const clock = manualClock()
  const versions: ChainsVersion[] = [{ version: 1, sinceMs: 0, chains: config.chains }]
  const hashes = Array.from({ length: 100 }, (_, n) => `0x${n.toString(16).padStart(64, '0')}`)
  const deps = depsOf({ database, clock, versions, world: () => world })
  const module = createQuotes(deps)
  const port = createQuotesPort(deps)
  const { app } = appOf(module.endpoints)
  const world: World = {
    deps,
    clock,
    found: [],
    claimed: new Map(),
    released: [],
    published: [],
    behindMs: 0,
    change(eth) {
      const before = newestOf(versions)
      const chains = { ...before.chains, ETH: { ...before.chains.ETH, ...eth } }
      versions.push({ version: before.version + 1, sinceMs: clock.now(), chains })
    },
    async ask(method, path, body, as = 'alice') {
      const request = new Request(`http://market.test/marketplace/v1/quotes${path}`, {
        method,
        headers: { 'x-as': as, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const response = await app.fetch(request)
      const answer = JSON.parse(await response.text()) as Shown
      return { status: response.status, body: answer, retry: response.headers.get('retry-after') }
    },
    async quote(owner = 'alice') {
      const made = await world.ask('POST', '', { to: 'treasury', amount: 10, chain: 'ETH' }, owner)
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      return made.body
    },
    read: async (quoteId, owner = 'alice') => (await world.ask('GET', `/${quoteId}`, undefined, owner)).body,
    pay({ payTo }, micro, more = {}) {
      const n = world.found.length
      const transfer: FoundTransfer = {
        chain: 'ETH',
        hash: hashes[n] ?? '',
        fromAddress: stranger,
        toAddress: payTo.address,
        rawValue: micro,
        nth: 0,
        logIndex: 1,
        amountMicro: micro,
        blockNumber: 100 + n,
        blockTimeMs: clock.now(),
        status: 'final',
        foundAtMs: clock.now(),
        ...more,
      }
      world.found.push(transfer)
      return transfer
    },
    async watch() {
      for (const job of module.jobs) await job.run()
    },
    async cite({ quoteId }, n, event = {}) {
      const eventKey = `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`
      const payWith = { source: 'chain', currency: 'USDT', quote: quoteId } as const
      const dossier = dossierOf(eventKey, { from: 'alice', to: 'treasury', amount: '10', ...event, payWith })
      const cited = await database.transaction((tx) => port(tx).cite(dossier))
      return cited.ok ? 'cited' : cited.refusal.code
    },
  }
  return world
}

function newestOf(versions: readonly ChainsVersion[]): ChainsVersion {
  return versions.at(-1) ?? { version: 1, sinceMs: 0, chains: config.chains }
}

type Around = { database: Database; clock: ManualClock; versions: readonly ChainsVersion[]; world: () => World }

function depsOf({ database, clock, versions, world }: Around): QuotesDeps {
  const current = (): Promise<{ version: number; config: MarketplaceConfig }> => {
    const { version, chains } = newestOf(versions)
    return Promise.resolve({ version, config: { ...config, chains } })
  }
  return {
    database,
    bus: { publish: (messages) => Promise.resolve(void world().published.push(...messages)) },
    clock,
    retention: neverAheadOf(clock),
    ids: countingIds(clock),
    log: silentLogger,
    metrics: createMetrics(),
    config: { current, at: () => Promise.resolve(config), chainHistory: () => Promise.resolve(versions) },
    watch: () => Promise.resolve(),
    deposits: {
      transfersTo: (_chain, addresses, sinceMs) =>
        Promise.resolve(world().found.filter((one) => addresses.includes(one.toAddress) && one.blockTimeMs >= sinceMs)),
      readThrough: (_chain, addresses) =>
        Promise.resolve(
          new Map(
            world().behindMs === undefined ? [] : addresses.map((one) => [one, clock.now() - (world().behindMs ?? 0)]),
          ),
        ),
    },
    chainReaders: [
      {
        chains: ['ETH'],
        transaction: (_chain, hash) => {
          const own = world().found.filter((one) => one.hash === hash && one.status !== 'gone')
          const [first] = own
          if (!first) return Promise.resolve(notYet('not_found'))
          const transfers = own.map((one) => ({ ...one, tokenAddress: chainFacts.ETH.usdt.address }))
          const confirmations = first.status === 'final' ? 12 : 1
          const { blockNumber, blockTimeMs } = first
          return Promise.resolve(
            yes({ chain: 'ETH' as const, hash, succeeded: true, blockNumber, blockTimeMs, confirmations, transfers }),
          )
        },
      },
    ],
    authenticator: {
      agents: () => Promise.resolve(new Map()),
      walletOwners: (_chain, addresses) =>
        Promise.resolve(
          new Map(
            addresses
              .filter((one) => one === aliceWallet)
              .map((address) => [address, { address, onliId: 'alice', provenAtMs: 0 }]),
          ),
        ),
    },
    marketplace: { eventsByKey },
    claims: () => claimsOf(world),
    unitHolds: () => unitHoldsOf(world),
    signer: { signAs: (typ) => `${typ}.signed` },
    sandbox: true,
    classifierVersion: 1,
    preview: {
      classify: () => ok('BUY_TREASURY'),
      estimate: () => ({ totalMicro: 10_000_000n, feeMicro: 50_000n, dueMicro }),
      withinLimits: ({ limits, match }) =>
        limits?.unitsPerTrade !== undefined && match.units > limits.unitsPerTrade
          ? refuse('limit_exceeded', 'too much for this key')
          : ok(undefined),
      withinMandate,
    },
  }
}

/** Every event is there, and named by the end of its key. */
const eventsByKey: QuotesDeps['marketplace']['eventsByKey'] = (keys) =>
  Promise.resolve(
    new Map(
      keys.map((eventKey) => [
        eventKey,
        { eventKey, owner: 'alice', eventId: `event-${eventKey.slice(-12)}`, acceptedAtMs: 0, ended: undefined },
      ]),
    ),
  )

function claimsOf(world: () => World): ReturnType<QuotesDeps['claims']> {
  return {
    claim: (transfer: ProvenTransfer, holder) => {
      const by = world().claimed.get(transfer.hash)
      if (by && by.ref !== holder.ref) return Promise.resolve({ kind: 'taken', by })
      world().claimed.set(transfer.hash, holder)
      const payer = 'payer' in holder ? holder.payer : ''
      return Promise.resolve({ kind: 'claimed', wasSuspense: false, claim: { ...transfer, payer } })
    },
    holders: (transfers) => Promise.resolve(transfers.map(({ hash }) => world().claimed.get(hash))),
    endVanished: () => Promise.resolve(false),
    keepCustody: () => Promise.resolve(true),
    custodianOf: () => Promise.resolve(undefined),
  }
}

function unitHoldsOf(world: () => World): UnitHolds {
  return {
    hold: ({ dossier }) =>
      Promise.resolve(ok({ units: BigInt(dossier.event.amount ?? 0), totalMicro: 10_000_000n, fills: [] })),
    bind: () => Promise.resolve(),
    release: (keys) => Promise.resolve(void world().released.push(...keys)),
  }
}

/** What a quote's event finds of its payment. */
export const paymentOf = (world: World, { quoteId }: Shown): Promise<QuotePayment> =>
  createQuotesPort(world.deps)(world.deps.database).payment(quoteId)

export const keyOf = ({ quoteId }: Shown): string => quoteKeyOf(quoteId)

function appOf(endpoints: Parameters<typeof createHttpApp>[0]['endpoints']) {
  const verify = ({ headers }: { headers: { get(name: string): string | null } }) =>
    Promise.resolve(
      ok({
        principal: principalOf(headers.get('x-as') ?? ''),
        resend: false,
      }),
    )
  const limiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  return {
    app: createHttpApp({ endpoints, verifier: { verify }, limiter, log: silentLogger, metrics: createMetrics() }),
  }
}
