import {
  type Intent,
  type MarketplaceConfig,
  type MarketplaceEvent,
  type StageMark,
  type StateBodies,
  type UserStanding,
  marketplaceConfigSchema,
  forEveryChain,
} from '@species/contracts'
import { type Bus, type Message, type Outgoing, createDeadLetters, createInProcessBus } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, dossierOf, manualClock, messageOf } from '@species/testing'
import type { MatchingDeps } from './app/deps.ts'
import { createMatching } from './module.ts'

export const startMs = Date.UTC(2026, 0, 1)
export const hourMs = 3_600_000

const chain = {
  enabled: true,
  depositAddresses: [`0x${'d'.repeat(40)}`],
  confirmations: 12,
  halted: false,
  compromisedAddresses: [],
  quoteAddresses: [],
}

export const config: MarketplaceConfig = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1.5',
  redeemPrice: '1.25',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: forEveryChain(() => chain),
  walletTransferMs: 0,
  priceHoldMs: 600_000,
  recheckMultiples: [],
  deadlines: { paymentMs: hourMs, paymentWatchMs: hourMs, consentMs: hourMs, unknownMs: hourMs, eventMs: hourMs },
  listing: { defaultLifeMs: hourMs, maxLifeMs: 24 * hourMs, maxOpenPerSeller: 1_000 },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})

/** The n-th event key: time-ordered, as the real ones. */
export function eventKey(n: number): string {
  return `01940000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

/** The listing that the n-th event opens. */
export function listingOf(n: number): string {
  return `lst_${eventKey(n).replaceAll('-', '')}`
}

/** The body that matching gets of the n-th event. */
export function validated(n: number, intent: Intent, event: Partial<MarketplaceEvent>): StateBodies['validated'] {
  const { from = 'buyer', ...rest } = event
  return {
    ...dossierOf(eventKey(n), { from, ...rest }),
    intent,
    payment: { source: intent.startsWith('BUY') ? 'credit' : 'none', claims: [] },
  }
}

export const credit = { source: 'credit', currency: 'USDT' } as const
const plenty = 10n ** 17n

/** Events as callers send them, by their number. */
export const sell = (
  n: number,
  seller: string,
  amount: number,
  unitPrice = '2',
  expiresAt?: string,
): StateBodies['validated'] =>
  validated(n, 'SELL_MARKET', {
    from: seller,
    amount: String(amount),
    putProceeds: { currency: 'USDT', unitPrice, ...(expiresAt === undefined ? {} : { expiresAt }) },
  })
export const buy = (
  n: number,
  buyer: string,
  amount: number,
  more: Partial<MarketplaceEvent> = {},
): StateBodies['validated'] =>
  validated(n, 'BUY_MARKET', {
    from: buyer,
    amount: String(amount),
    ...(more.listingId === undefined ? { to: 'market' } : {}),
    payWith: credit,
    ...more,
  })
export const delist = (
  n: number,
  seller: string,
  listingId: string,
  more: Partial<MarketplaceEvent> = {},
): StateBodies['validated'] => validated(n, 'DELIST', { from: seller, delist: listingId, ...more })

/** Matching with the other modules' answers as plain values that a test changes. */
export interface World {
  readonly deps: MatchingDeps
  readonly bus: Bus
  readonly clock: ManualClock
  /** Whoever is not named here is active; `undefined` does not exist. */
  readonly standings: Map<string, UserStanding['status'] | undefined>
  /** What the cashier says of events. */
  readonly cashierStages: Map<string, StageMark>
  /** Free credit, micro-units; whoever is not named here has more than any test spends. */
  readonly credit: Map<string, bigint>
  /** Changes the configuration's part on listings. */
  configure(listing: Partial<MarketplaceConfig['listing']>): void
  validated(...bodies: StateBodies['validated'][]): Promise<readonly Outgoing[]>
  settled(...bodies: StateBodies['validated'][]): Promise<readonly Outgoing[]>
  released(...bodies: StateBodies['validated'][]): Promise<readonly Outgoing[]>
  /** Runs the jobs that tell of lapses and look for settlements unheard. */
  lapse(): Promise<void>
  /** Runs the job that looks at the sellers' standing. */
  withhold(): Promise<void>
}

export function createWorld(database: Database): World {
  const clock = manualClock(startMs)
  const standings: World['standings'] = new Map()
  const cashierStages: World['cashierStages'] = new Map()
  const credit: World['credit'] = new Map()
  let configured = config
  const deadLetters = createDeadLetters(database, clock)
  const bus = createInProcessBus({
    log: silentLogger,
    deadLetters,
    maxAttempts: 3,
    ids: systemIds,
    metrics: createMetrics(),
  })
  const deps: MatchingDeps = {
    database,
    bus,
    clock,
    log: silentLogger,
    config: { current: async () => ({ version: 1, config: configured }), at: async () => configured },
    cashier: cashierOf({ cashierStages, credit }),
    authenticator: authenticatorOf(standings),
  }
  const module = createMatching(deps)
  const handle = (topic: string, batch: readonly Message[]): Promise<readonly Outgoing[]> => {
    const found = module.consumers.find((one) => one.topic === topic)
    if (!found) throw new Error(`matching does not consume ${topic}`)
    return found.handle(batch)
  }
  const run = async (name: string): Promise<void> => {
    await module.jobs.find((job) => job.name === name)?.run()
  }
  return {
    deps,
    bus,
    clock,
    standings,
    cashierStages,
    credit,
    configure(listing) {
      configured = { ...configured, listing: { ...configured.listing, ...listing } }
    },
    validated: (...bodies) =>
      handle(
        'validated',
        bodies.map((body) => messageOf('validated', body.eventKey, body)),
      ),
    settled: (...bodies) =>
      handle(
        'settled',
        bodies.map((body) => messageOf('settled', body.eventKey, body as StateBodies['settled'])),
      ),
    released: (...bodies) =>
      handle(
        'released',
        bodies.map((body) => messageOf('released', body.eventKey, releasedBody(body))),
      ),
    lapse: async () => {
      await run('listings-lapsed')
      await run('settlements-unheard')
    },
    withhold: () => run('listings-withheld'),
  }
}

function cashierOf({ cashierStages, credit }: Pick<World, 'cashierStages' | 'credit'>): MatchingDeps['cashier'] {
  return () => ({
    stageOf: async (key) => cashierStages.get(key),
    spendable: async (onliIds, eventKeys) => ({
      freeMicro: new Map(onliIds.map((onliId) => [onliId, credit.get(onliId) ?? plenty])),
      payableMicro: new Map(onliIds.map((onliId) => [onliId, credit.get(`payable ${onliId}`) ?? 0n])),
      decided: new Set(eventKeys.filter((key) => cashierStages.has(key))),
    }),
  })
}

function authenticatorOf(standings: World['standings']): MatchingDeps['authenticator'] {
  return () => ({
    standings: async (onliIds) =>
      new Map(
        onliIds.flatMap((onliId) => {
          const status = standings.has(onliId) ? standings.get(onliId) : 'active'
          return status === undefined ? [] : [[onliId, { onliId, vaultId: `vault-${onliId}`, status }]]
        }),
      ),
  })
}

function releasedBody(body: StateBodies['validated']): StateBodies['released'] {
  return {
    ...body,
    refusal: { code: 'insufficient_payment', detail: 'too little', by: 'cashier' },
    release: { heldBefore: false, paymentTransferIds: [], creditedMicro: 0n },
  }
}

/** What an answer says, in one line: for tables. */
export function said(outgoing: readonly Outgoing[]): string[] {
  return outgoing.map((one) => {
    const { refusal, match } = one.body as { refusal?: { code: string }; match?: StateBodies['matched']['match'] }
    if (one.topic === 'matched') return `matched ${match?.units ?? ''} for ${match?.totalMicro ?? ''}`
    return `${one.topic} ${refusal?.code ?? ''}`
  })
}

/** Every row of matching, in a fixed order, for comparing two histories. */
export async function allRows(database: Database): Promise<unknown> {
  const tables = {
    listings: 'SELECT * FROM matching.listings ORDER BY listing_id',
    matches: 'SELECT * FROM matching.matches ORDER BY event_key',
    reservations: 'SELECT * FROM matching.reservations ORDER BY event_key, listing_id',
  }
  return Object.fromEntries(
    await Promise.all(
      Object.entries(tables).map(async ([name, query]) => [name, await database.query(query)] as const),
    ),
  )
}

export async function emptyBook(database: Database): Promise<void> {
  await database.query('DELETE FROM matching.reservations')
  await database.query('DELETE FROM matching.listings')
  await database.query('DELETE FROM matching.matches')
}
