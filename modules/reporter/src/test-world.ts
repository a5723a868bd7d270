import {
  type AccountPeriod,
  type Body,
  type ClaimedPayment,
  type ListingView,
  type Scope,
  type ShownReceipt,
  type StageMark,
  type StatementLine,
  type StoredReceipt,
  type TradeView,
  type UserStanding,
  chains,
  forEveryChain,
  marketplaceConfigSchema,
  receiptIdOf,
} from '@species/contracts'
import { ok } from '@species/kernel'
import { type Bus, createInProcessBus } from '@species/bus'
import { fromStored } from '@species/flow'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, dossierOf, manualClock } from '@species/testing'
import type { ReporterDeps } from './app/deps.ts'
import { createReporter } from './module.ts'

/** The event that everything here is about. */
export const key = '01940000-0000-7000-8000-00000000000a'
const marketConfig = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1.5',
  redeemPrice: '1.25',
  feeBasisPoints: { buyTreasury: 10, buyMarket: 20, sell: 30, redeem: 40 },
  chains: forEveryChain(() => ({ enabled: true, depositAddresses: ['0x'.padEnd(42, 'd')], confirmations: 12 })),
  recheckMultiples: [],
  deadlines: { paymentMs: 1_000, paymentWatchMs: 1_000, consentMs: 1_000, unknownMs: 1_000, eventMs: 1_000 },
  listing: { defaultLifeMs: 1_000, maxLifeMs: 2_000 },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})
const dossier = dossierOf(key, { from: 'ann', to: 'bob', amount: '1' })

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly etag: string | null
  readonly cacheControl: string | null
}

/** The reporter with the other modules' answers as plain values that a test changes. */
export interface World {
  units: bigint
  receipt: StoredReceipt | undefined
  /** One that it has superseded. */
  older: StoredReceipt | undefined
  listings: ListingView[]
  depth: Awaited<ReturnType<ReporterDeps['queries']['matching']['depth']>>
  trades: TradeView[]
  statement: StatementLine[]
  suspended: string[]
  /** Events that have not ended. */
  unfinished: number
  /** Every question fails. */
  away: boolean
  /** A balance that was read is told only after this. */
  gate: Promise<void> | undefined
  /** The questions that were asked. */
  readonly asked: string[]
  readonly clock: ManualClock
  readonly bus: Bus
  readonly metrics: ReporterDeps['metrics']
  /** Asks as `<user> <scope> …`, beneath `/marketplace/v1` unless the path is an operator's. */
  get(path: string, as?: string, headers?: Record<string, string>): Promise<Answer>
  /** Tells that an event of this user has settled. */
  settled(onliId: string): Promise<void>
}

export function createWorld(): World {
  const clock = manualClock()
  const metrics = createMetrics()
  const deadLetters = { countAttempt: async () => 1, park: async () => undefined }
  const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 1, ids: systemIds, metrics })
  const world: World = {
    units: 10n,
    receipt: undefined,
    older: undefined,
    listings: [],
    depth: { levels: [], isWhole: true },
    trades: [],
    statement: [],
    suspended: [],
    unfinished: 2,
    away: false,
    gate: undefined,
    asked: [],
    clock,
    bus,
    metrics,
    get: async (path, as = 'ann read', headers = {}) => {
      const request = new Request(`http://market.test${path.startsWith('/admin/') ? '' : '/marketplace/v1'}${path}`, {
        headers: { 'x-as': as, ...headers },
      })
      const response = await app.fetch(request)
      const text = await response.text()
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
        etag: response.headers.get('etag'),
        cacheControl: response.headers.get('cache-control'),
      }
    },
    settled: (onliId) => bus.publish(fromStored('settled', { trace: 't' }, settledOf(onliId))),
  }
  const app = createHttpApp({
    endpoints: createReporter({
      bus,
      clock,
      metrics,
      keepsPages: true,
      sandbox: true,
      config: { readable: async () => ({ version: 3, newest: 3, config: marketConfig }) },
      queries: queriesOf(world),
      whole: wholeOf(world),
      // What is shown is the floor-manager's to decide; here one can see for whom it was asked.
      presentReceipt: ({ jws }, { onliId, isOperator }) => ({
        receipt: JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as ShownReceipt,
        jws: `for ${onliId}${isOperator ? ', an operator' : ''}`,
        withheld: 2,
      }),
    }).endpoints,
    verifier: {
      verify: async ({ headers }) => {
        const [onliId = '', ...scopes] = (headers.get('x-as') ?? '').split(' ')
        return ok({ principal: { onliId, keyId: 'key_1', role: 'admin', scopes: scopes as Scope[] }, resend: false })
      },
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: silentLogger,
    metrics,
  })
  return world
}

/** A stored receipt of ann and bob with this payload. */
export function storedReceipt(payload: object = {}): StoredReceipt {
  return {
    receiptId: receiptIdOf(key),
    eventKey: key,
    owner: 'ann',
    parties: ['ann', 'bob'],
    jws: `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`,
    state: 'completed',
    issuedAtMs: 1,
  }
}

export function settledOf(onliId: string): Body<'settled'> {
  return {
    ...dossier,
    owner: onliId,
    event: { ...dossier.event, from: onliId },
    intent: 'TRANSFER',
    payment: { source: 'none', claims: [] },
    match: { units: 1n, totalMicro: 0n, fills: [] },
    funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [] },
    delivery: { operationId: 'op', kind: 'change_owner', fromVault: 'a', toVault: 'b', units: 1n },
    oracle: { operationId: 'op', ownerVault: 'b', units: 1n, wordOf: 'partner' },
    settlement: { transferId: 't', lines: [] },
  }
}

function queriesOf(world: World): ReporterDeps['queries'] {
  const answer = async <T>(question: string, value: T): Promise<T> => {
    world.asked.push(question)
    if (world.away) throw new Error('away')
    return value
  }
  return {
    authenticator: {
      standings: async (onliIds) =>
        new Map(
          onliIds.map((onliId): [string, UserStanding] => [
            onliId,
            { onliId, vaultId: 'v', status: world.suspended.includes(onliId) ? 'suspended' : 'active' },
          ]),
        ),
    },
    marketplace: {
      eventByOwner: (owner, eventId) =>
        answer(
          'event',
          owner === 'ann' && eventId === 'event-0001'
            ? { eventKey: key, owner, eventId, acceptedAtMs: 1, ended: 'completed' as const }
            : undefined,
        ),
    },
    floorManager: {
      receiptOf: (eventKey) => answer('receipt', eventKey === key ? world.receipt : undefined),
      receipt: (receiptId) =>
        answer(
          'receipt',
          [world.receipt, world.older].find((one) => one?.receiptId === receiptId),
        ),
    },
    cashier: {
      balances: async (accounts) => {
        const { units } = world
        await world.gate
        return await answer(`balances ${accounts.join(' ')}`, [
          { account: 'user:ann', asset: 'SPECIES', posted: units, held: 2n },
          { account: 'user:ann', asset: 'USDT', posted: 12_500_000n, held: 500_000n },
          { account: 'payable:ann', asset: 'USDT', posted: 3_000_001n, held: 0n },
          { account: 'treasury', asset: 'USDT', posted: 8_000_001n, held: 0n },
          { account: 'liquidity_pool', asset: 'USDT', posted: 5_000_000n, held: 1_500_000n },
          { account: 'receivable:ann', asset: 'USDT', posted: -7_000_000n, held: 0n },
        ])
      },
      statement: (_accounts, before, limit) =>
        answer(
          'statement',
          world.statement.filter((line) => before === undefined || line.seq < before).slice(0, limit),
        ),
      ...periodsOf(world, answer),
    },
    matching: bookOf(world, answer),
  }
}

/** What operators are told of the one event, whose payment was claimed and whose units were moved. */
function wholeOf(world: World): ReporterDeps['whole'] {
  const { marketplace, matching, floorManager, authenticator } = queriesOf(world)
  const row = { eventKey: key, owner: 'ann', eventId: 'event-0001', acceptedAtMs: 1, ended: undefined }
  const mark = (state: StageMark['state'], atMs: number, more: Partial<StageMark> = {}) => ({
    stageOf: async (eventKey: string): Promise<StageMark | undefined> =>
      eventKey === key ? { state, atMs, ...more } : undefined,
  })
  const payment: ClaimedPayment = {
    chain: chains[0],
    hash: 'a'.repeat(64),
    fromAddress: 'from',
    toAddress: 'to',
    amountMicro: 1_500_000n,
    eventKey: key,
    payer: 'ann',
    minedAtMs: 2,
    claimedAtMs: 3,
    vanishedAtMs: undefined,
  }
  return {
    authenticator: {
      standings: async (onliIds) =>
        await authenticator.standings(onliIds.filter((one) => one === 'ann' || one === 'bob')),
      walletOwners: async (_chain, addresses) =>
        new Map(
          addresses
            .filter((one) => one === `0x${'5'.repeat(40)}`)
            .map((address) => [address, { address, onliId: 'ann', provenAtMs: 0 }]),
        ),
    },
    marketplace: {
      ...marketplace,
      eventsByKey: async (keys) => new Map(keys.filter((one) => one === key).map((one) => [one, row])),
      eventBody: async () => ({ eventId: 'event-0001', from: 'ann', to: 'bob', amount: '1' }),
      unfinished: async (limit) => Array.from({ length: Math.min(limit, world.unfinished) }, () => row),
    },
    validator: {
      ...mark('validated', 20),
      paymentsOf: async (by) => (('eventKey' in by ? by.eventKey === key : by.hash === payment.hash) ? [payment] : []),
    },
    matching: { ...mark('matched', 10), listing: matching.listing },
    cashier: {
      ...mark('funded', 30),
      transfersOf: async () => [
        {
          transferId: 't',
          eventKey: key,
          kind: 'settlement',
          atMs: 40,
          entries: [
            { seq: 1n, account: 'user:ann', asset: 'SPECIES', amount: -1n },
            { seq: 2n, account: 'treasury', asset: 'USDT', amount: 1_500_000n },
          ],
        },
      ],
    },
    assetManager: { stageOf: async () => undefined },
    floorManager: {
      ...floorManager,
      ...mark('waiting', 50, {
        awaiting: { what: 'operator', text: 'An operator decides.' },
        untilMs: 60,
        refusal: { code: 'insufficient_payment', detail: 'too little' },
      }),
      openReviews: async () => [{ eventKey: key, reason: 'why', openedAtMs: 7 }],
    },
  }
}

/** Four accounts over a month, and the lines of the world as theirs. */
function periodsOf(world: World, answer: <T>(question: string, value: T) => Promise<T>) {
  const periods: AccountPeriod[] = ['payable:ann', 'treasury', 'user:ann', 'world:ETH'].map((account, n) => {
    const closing = [3n, 4n, 5n, -12n][n] ?? 0n
    return { account, asset: 'USDT', opening: closing - 1n, ins: 1n, outs: 0n, entries: 1, closing }
  })
  const cashier: Pick<ReporterDeps['queries']['cashier'], 'accountPeriods' | 'trialBalance' | 'linesBetween'> = {
    accountPeriods: ({ fromMs, toMs, after, accounts, limit }) =>
      answer(
        `periods ${new Date(fromMs).toISOString()} ${new Date(toMs).toISOString()}`,
        periods
          .filter(({ account }) => (accounts ?? [account]).includes(account) && account > (after?.account ?? ''))
          .slice(0, limit),
      ),
    trialBalance: () => answer('trial', [{ asset: 'USDT' as const, debits: 12n, credits: 12n }]),
    linesBetween: ({ accounts, afterSeq, limit }) =>
      answer(
        `lines ${accounts.join(' ')}`,
        world.statement
          .filter((line) => line.seq > afterSeq)
          .sort((one, other) => Number(one.seq - other.seq))
          .slice(0, limit),
      ),
  }
  return cashier
}

function bookOf(
  world: World,
  answer: <T>(question: string, value: T) => Promise<T>,
): ReporterDeps['queries']['matching'] {
  return {
    listing: (listingId) =>
      answer(
        'listing',
        world.listings.find((one) => one.listingId === listingId),
      ),
    listingsOf: (seller) =>
      answer(
        'own listings',
        world.listings.filter((one) => one.seller === seller).map((one) => ({ ...one, unitsReserved: 1n })),
      ),
    depth: () => answer('depth', world.depth),
    trades: (purchases) => answer('trades', world.trades.slice(0, purchases)),
    openListings: (after, limit) =>
      answer(
        'listings',
        world.listings.filter((one) => after === undefined || one.listingId > after.listingId).slice(0, limit),
      ),
  }
}
