import {
  type Chain,
  type ChainPort,
  type ChainTransfer,
  type ClaimHolder,
  type FoundTransfer,
  type LedgerTransfer,
  type MoneyTransfer,
  type PayoutHalt,
  type PayoutStanding,
  type ReceiptFacts,
  type TransferName,
  type UncreditedClaim,
  chains,
  forEveryChain,
  marketplaceConfigSchema,
  usdtOf,
} from '@species/contracts'
import type { Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { type Asset, notYet, ok, unknown, yes } from '@species/kernel'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, manualClock, noAudit, onePerson } from '@species/testing'
import type { ReconciliationDeps } from './app/deps.ts'
import { createReconciliation } from './module.ts'

export const deposit = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
export const payoutWallet = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50002'
export const stranger = '0x1111111111111111111111111111111111111111'
export const customer = '0x2222222222222222222222222222222222222222'
export const hashOf = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`
export const minuteMs = 60_000
const confirmations = 12
const blockMs = 12_000

const config = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: forEveryChain((chain) => ({
    enabled: chain === 'ETH',
    depositAddresses: chain === 'ETH' ? [deposit] : [],
    ourWallets: chain === 'ETH' ? [payoutWallet] : [],
    confirmations,
  })),
  recheckMultiples: [2, 4],
  vanishedAfterMs: 8 * minuteMs,
  deadlines: {
    paymentMs: minuteMs,
    paymentWatchMs: minuteMs,
    consentMs: minuteMs,
    unknownMs: minuteMs,
    eventMs: minuteMs,
  },
  listing: { defaultLifeMs: minuteMs, maxLifeMs: minuteMs },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})

interface Mined {
  readonly hash: string
  readonly block: number
  readonly timeMs: number
  readonly succeeded: boolean
  readonly transfers: readonly ChainTransfer[]
}

/** The chain ETH, in memory. Each of its answers may fail, and a list may lack what it should have. */
class MemoryChain implements ChainPort {
  readonly chains: readonly Chain[] = ['ETH']
  readonly mined: Mined[] = []
  isSilent = false
  /** A list lacks these. */
  readonly omitted = new Set<string>()
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  height(): number {
    return Math.floor(this.#clock.now() / blockMs)
  }

  /** Mines transfers of USDT in one transaction, and as many blocks as make it final. */
  move(
    n: number,
    ...moves: readonly { from: string; to: string; micro: bigint; token?: string; fails?: true }[]
  ): string {
    this.mined.push({
      hash: hashOf(n),
      block: this.height(),
      timeMs: this.height() * blockMs,
      succeeded: moves.every(({ fails }) => fails !== true),
      transfers: moves.map(({ from, to, micro, token = usdtOf('ETH').address }, logIndex) => ({
        logIndex,
        tokenAddress: token,
        fromAddress: from,
        toAddress: to,
        rawValue: micro,
      })),
    })
    this.#clock.advance((confirmations + 1) * blockMs)
    return hashOf(n)
  }

  head: ChainPort['head'] = async () =>
    this.isSilent ? unknown('silent') : yes({ position: this.height(), blockTimeMs: this.height() * blockMs })

  transfersTo: ChainPort['transfersTo'] = async () => yes({ hashes: [], next: undefined })

  transfersFrom: ChainPort['transfersFrom'] = async ({ address, since }) => {
    if (this.isSilent) return unknown('silent')
    const listed = this.mined.filter(
      ({ hash, block, transfers }) =>
        block >= since && !this.omitted.has(hash) && transfers.some(({ fromAddress }) => fromAddress === address),
    )
    return yes({ hashes: listed.map(({ hash }) => hash), next: undefined })
  }

  transaction: ChainPort['transaction'] = async (chain, hash) => {
    if (this.isSilent) return unknown('silent')
    const found = this.mined.find((one) => one.hash === hash)
    if (!found) return notYet('not_found')
    const { block, timeMs, succeeded, transfers } = found
    return yes({
      chain,
      hash,
      succeeded,
      blockNumber: block,
      blockTimeMs: timeMs,
      confirmations: this.height() - block + 1,
      transfers,
    })
  }

  balanceOf: ChainPort['balanceOf'] = async (_chain, address, at = Infinity) => {
    if (this.isSilent) return unknown('silent')
    let sum = 0n
    for (const { block, succeeded, transfers } of this.mined)
      if (succeeded && block <= at)
        for (const one of transfers) {
          if (one.tokenAddress !== usdtOf('ETH').address) continue
          if (one.toAddress === address) sum += one.rawValue
          if (one.fromAddress === address) sum -= one.rawValue
        }
    return yes(sum)
  }
}

/** The module with the answers of the other modules as values that a test changes. */
export interface World {
  readonly deps: ReconciliationDeps
  readonly clock: ManualClock
  readonly chain: MemoryChain
  readonly published: Outgoing[]
  /** Posted balances by account and asset: `world:ETH USDT`. */
  readonly balances: Map<string, bigint>
  readonly vaults: Map<string, bigint>
  readonly holders: Map<string, ClaimHolder>
  readonly undecided: FoundTransfer[]
  readonly suspended: FoundTransfer[]
  readonly uncredited: UncreditedClaim[]
  readonly payouts: PayoutStanding[]
  readonly halts: PayoutHalt[]
  readonly posted: MoneyTransfer[]
  readonly receipts: ReceiptFacts[]
  readonly transfers: LedgerTransfer[]
  /** Receipts that are written, by event. */
  readonly told: Set<string>
  readonly book: Map<string, { shown: bigint; written: bigint }>
  readonly refused: { externalId: string; refusal: string }[]
  readonly claims: { transferId: string; amountMicro: bigint; bookedMicro: bigint }[]
  isBookSilent: boolean
  /** Someone pays us, and the ledger has it. */
  paid(n: number, micro: bigint): void
  reconcile(): Promise<Report>
  ask(
    method: string,
    path: string,
    body?: object,
    as?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>
}

interface Shown {
  readonly differenceId: string
  readonly class: string
  readonly subject: string
  readonly amount?: string
  readonly cause: string
  readonly owner: string
}
interface Report {
  readonly agrees: boolean
  readonly differences: readonly Shown[]
  readonly sections: readonly { name: string; notCompared: string[]; failure?: string }[]
}

const nameOf = ({ chain, hash, fromAddress, toAddress, rawValue, nth }: TransferName): string =>
  [chain, hash, fromAddress, toAddress, rawValue, nth].join(' ')

export function createWorld(database: Database): World {
  const clock = manualClock()
  const chain = new MemoryChain(clock)
  const world: World = {
    clock,
    chain,
    published: [],
    balances: new Map(),
    vaults: new Map([
      ['vault-escrow', 0n],
      ['vault-pool', 0n],
    ]),
    holders: new Map(),
    undecided: [],
    suspended: [],
    uncredited: [],
    payouts: [],
    halts: [],
    posted: [],
    receipts: [],
    transfers: [],
    told: new Set(),
    book: new Map(),
    refused: [],
    claims: [],
    isBookSilent: false,
    deps: undefined as unknown as ReconciliationDeps,
    paid(n, micro) {
      chain.move(n, { from: customer, to: deposit, micro })
      add(world.balances, 'world:ETH USDT', -micro)
    },
    async reconcile() {
      const { status, body } = await world.ask('POST', '/admin/v1/reconciliations')
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body as unknown as Report
    },
    async ask(method, path, body, as = 'operator') {
      const response = await app.fetch(
        new Request(`http://market.test${path}`, {
          method,
          headers: { 'x-as': as, ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        }),
      )
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
  }
  const deps = depsOf(database, world)
  Object.assign(world, { deps })
  const app = createHttpApp({
    endpoints: createReconciliation(deps).endpoints,
    verifier: {
      verify: async ({ headers }) =>
        ok({
          principal:
            headers.get('x-as') === 'operator'
              ? { onliId: 'operator', operatorId: 'olga', keyId: 'key_1', scopes: ['operator'], role: 'treasurer' }
              : { onliId: headers.get('x-as') ?? '', keyId: 'key_1', scopes: ['read'] },
          resend: false,
        }),
    },
    limiter: createMemoryRateLimiter({ points: 10_000, perSeconds: 1 }),
    audit: noAudit,
    log: silentLogger,
    metrics: createMetrics(),
  })
  return world
}

function add(balances: Map<string, bigint>, key: string, amount: bigint): void {
  balances.set(key, (balances.get(key) ?? 0n) + amount)
}

/** The other modules, as the world says. */
function queriesOf(world: World) {
  return {
    deposits: {
      lastReceived: async () => new Map(),
      undecided: async (chain: Chain) => world.undecided.filter((one) => one.chain === chain),
      suspended: async (chain: Chain) => world.suspended.filter((one) => one.chain === chain),
    },
    validator: {
      uncredited: async () => world.uncredited,
      claimsFrom: async () => ({ claims: world.claims.map((one) => ({ ...one, standing: 'booked' as const })) }),
      unclaimed: async () => [],
    },
    cashier: {
      balances: async (names: readonly string[]) =>
        names.flatMap((account) =>
          (['USDT', 'SPECIES'] as const).map((asset: Asset) => ({
            account,
            asset,
            posted: world.balances.get(`${account} ${asset}`) ?? 0n,
            held: 0n,
          })),
        ),
      balancesIn: async (family: string, after: string, limit: number) =>
        familyOf(world, family)
          .filter(({ account }) => account > after)
          .slice(0, limit),
      balancesUnder: async ([family = '']: readonly string[]) => [
        {
          name: family,
          asset: 'USDT' as const,
          posted: familyOf(world, family).reduce((sum, { posted }) => sum + posted, 0n),
        },
      ],
      inFlight: async () => ({ events: [], unreadable: [] }),
      units: async (names: readonly string[]) =>
        names.map((account) => ({ account, units: world.balances.get(`${account} SPECIES`) ?? 0n, version: 1n })),
      bookedMicro: async () => new Map(world.claims.map((one) => [one.transferId, one.bookedMicro])),
      paymentsFrom: async () => ({ paymentTransferIds: [], rows: 0 }),
      transfersById: async (ids: readonly string[]) => world.transfers.filter((one) => ids.includes(one.transferId)),
      entriesAfter: async (seq: bigint) => {
        const transfers = world.transfers.filter(({ entries }) => entries.some((entry) => entry.seq > seq))
        return { transfers, seqs: transfers.flatMap(({ entries }) => entries.map((entry) => entry.seq)) }
      },
    },
    authenticator: {
      vaults: async () => [{ onliId: 'ann', vaultId: 'vault-ann', status: 'active' as const }],
      standings: async (ids: readonly string[]) => new Map(ids.filter((id) => id === 'ann').map((id) => [id, {}])),
    },
    floorManager: {
      completedAfter: async ({ receiptId }: { receiptId: string }) =>
        world.receipts.filter((one) => one.receiptId > receiptId),
      withReceipt: async (keys: readonly string[]) => new Set(keys.filter((key) => world.told.has(key))),
    },
    payouts: { payoutsTo: async () => world.payouts },
    mirror: {
      accounts: async () =>
        [...world.book].map(([name, { written }]) => ({ name, asset: 'USDT' as const, bookId: name, written })),
      refused: async () => world.refused,
    },
  }
}

function depsOf(database: Database, world: World): ReconciliationDeps {
  const held = (transfers: readonly TransferName[]): (ClaimHolder | undefined)[] =>
    transfers.map((one) => world.holders.get(nameOf(one)))
  const queries = queriesOf(world)
  return {
    database,
    bus: { publish: (messages) => Promise.resolve(void world.published.push(...messages)) },
    clock: world.clock,
    ids: systemIds,
    log: silentLogger,
    metrics: createMetrics(),
    config: {
      current: async () => ({ version: 1, config }),
      at: async () => config,
      chainHistory: async () => [{ version: 1, sinceMs: 0, chains: config.chains }],
    },
    onli: {
      balances: async (vaults) =>
        vaults.map((vault) => {
          const units = world.vaults.get(vault)
          return units === undefined ? yes(0n) : yes(units)
        }),
    },
    chainScouts: [world.chain],
    playChains: chains.filter((one) => one !== 'ETH'),
    book: {
      ensureCurrency: async () => yes(true),
      ensureAccount: async () => yes(''),
      find: async () => yes(undefined),
      post: async () => yes(''),
      balance: async (id) => (world.isBookSilent ? unknown('down') : yes(world.book.get(id)?.shown ?? 0n)),
    },
    queries: queries as unknown as ReconciliationDeps['queries'],
    ask: Object.fromEntries(
      Object.entries(queries).map(([name, answers]) => [name, () => answers]),
    ) as unknown as ReconciliationDeps['ask'],
    ledger: () => ({
      async post(transfers) {
        world.posted.push(...transfers)
        for (const { account, amountMicro } of transfers.flatMap(({ lines }) => lines))
          add(world.balances, `${account} USDT`, amountMicro)
        return { ok: true }
      },
      hold: unused,
      settle: unused,
      release: unused,
    }),
    claims: () => ({
      holders: async (transfers) => held(transfers),
      claim: async (transfer, holder) => {
        const [by] = held([transfer])
        if (by && (by.kind !== holder.kind || by.ref !== holder.ref)) return { kind: 'taken', by }
        world.holders.set(nameOf(transfer), holder)
        return { kind: 'claimed', wasSuspense: false }
      },
      endVanished: unused,
      keepCustody: unused,
      custodianOf: unused,
    }),
    haltPayouts: async (_tx, halt) => {
      if (world.halts.some(({ cause }) => cause === halt.cause)) return false
      world.halts.push(halt)
      return true
    },
    secondPerson: onePerson(database),
    signer: { signAs: (_typ, document) => `h.${Buffer.from(JSON.stringify(document)).toString('base64url')}.s` },
    sandbox: true,
  }
}

/** USDT balances of a family of accounts, by name. */
function familyOf({ balances }: World, family: string): { account: string; posted: bigint }[] {
  return [...balances]
    .flatMap(([key, posted]) => {
      const [account = '', asset] = key.split(' ')
      return asset === 'USDT' && account.startsWith(family) ? [{ account, posted }] : []
    })
    .sort((one, other) => (one.account < other.account ? -1 : 1))
}

function unused(): never {
  throw new Error('reconciliation does not use this')
}
