import {
  type CashierQueries,
  type Chain,
  type ChainHead,
  type ChainPort,
  type ChainTransaction,
  type ChainTransfer,
  type ClaimHolder,
  type ClaimResult,
  type ClaimsPort,
  type Custodian,
  type LedgerPort,
  type MoneyTransfer,
  type ProvenTransfer,
  type TransferName,
  type UserStanding,
  type ChainsVersion,
  type MarketplaceConfig,
  type TransferPage,
  type TransferPageRequest,
  chainFacts,
  chains,
  marketplaceConfigSchema,
  usdtOf,
} from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Outgoing } from '@species/bus'
import { type Database, readDueTimes } from '@species/database'
import type { Module, SecondPerson } from '@species/flow'
import { type Job, createMetrics, silentLogger } from '@species/platform'
import { type ManualClock, countingIds, manualClock } from '@species/testing'
import type { DepositsDeps } from './app/deps.ts'
import { createDeposits } from './module.ts'

export const ours = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
export const payer = '0x1111111111111111111111111111111111111111'
export const hashOf = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`
export const minuteMs = 60_000

/** A transaction that is in a block of a chain in memory. */
interface Mined {
  readonly block: number
  readonly timeMs: number
  readonly succeeded: boolean
  readonly transfers: readonly ChainTransfer[]
}

/** The EVM chains in memory, with blocks as the clock has it; a test may replace any of the answers. */
class MemoryChains implements ChainPort {
  readonly chains: readonly Chain[]
  readonly mined = new Map<string, Mined>()
  readonly asked: string[] = []
  pageRows = 100
  /** Instead of the true answer, where it gives one. */
  lie: (request: TransferPageRequest, page: TransferPage) => Promise<Outcome<TransferPage>> | Outcome<TransferPage> = (
    _request,
    page,
  ) => yes(page)
  isSilent: (chain: Chain) => boolean = () => false
  readonly #clock: ManualClock

  constructor(clock: ManualClock, served: readonly Chain[]) {
    this.#clock = clock
    this.chains = served
  }

  height(chain: Chain): number {
    return Math.floor(this.#clock.now() / chainFacts[chain].blockMs)
  }

  /** Mines a transaction now, with one transfer for each of these values. */
  pay(
    n: number,
    values: readonly bigint[],
    {
      chain = 'ETH',
      to = ours,
      from = payer,
      ...more
    }: Partial<Mined> & { chain?: Chain; to?: string; from?: string } = {},
  ): string {
    const transfers = values.map((rawValue, index) => ({
      logIndex: 3 + index,
      tokenAddress: usdtOf(chain).address,
      fromAddress: from,
      toAddress: to,
      rawValue,
    }))
    const block = this.height(chain)
    this.mined.set(`${chain} ${hashOf(n)}`, { block, timeMs: this.#clock.now(), succeeded: true, transfers, ...more })
    return hashOf(n)
  }

  /** A reorganisation takes it away. */
  drop(n: number, chain: Chain = 'ETH'): void {
    this.mined.delete(`${chain} ${hashOf(n)}`)
  }

  async head(chain: Chain): Promise<Outcome<ChainHead>> {
    return this.isSilent(chain)
      ? unknown('silent')
      : yes({ position: this.height(chain), blockTimeMs: this.height(chain) * chainFacts[chain].blockMs })
  }

  async transfersTo(request: TransferPageRequest): Promise<Outcome<TransferPage>> {
    this.asked.push(`${request.chain} ${request.since} ${request.page ?? ''}`)
    if (this.isSilent(request.chain)) return unknown('silent')
    const hashes = [...this.mined]
      .filter(([key, { block, transfers }]) => {
        const pays = transfers.some(({ toAddress }) => toAddress === request.address)
        return key.startsWith(`${request.chain} `) && block >= request.since && pays
      })
      .sort(([, one], [, other]) => one.block - other.block)
      .map(([key]) => key.split(' ')[1] ?? '')
    const offset = Number(request.page ?? 0)
    const end = offset + this.pageRows
    const page = { hashes: hashes.slice(offset, end), next: end < hashes.length ? String(end) : undefined }
    return await this.lie(request, page)
  }

  async transaction(chain: Chain, hash: string): Promise<Outcome<ChainTransaction>> {
    if (this.isSilent(chain)) return unknown('silent')
    const mined = this.mined.get(`${chain} ${hash}`)
    if (!mined) return notYet('not_found')
    const { block, timeMs, succeeded, transfers } = mined
    const confirmations = this.height(chain) - block + 1
    return yes({ chain, hash, succeeded, blockNumber: block, blockTimeMs: timeMs, confirmations, transfers })
  }

  transfersFrom = (): Promise<Outcome<TransferPage>> => Promise.resolve(yes({ hashes: [], next: undefined }))
  balanceOf = (): Promise<Outcome<bigint>> => Promise.resolve(yes(0n))
}

const chainConfig = { enabled: true, depositAddresses: [ours], confirmations: 12 }
const config = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: Object.fromEntries(chains.map((chain) => [chain, chainConfig])),
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

/** The table of claims and the ledger, in memory. */
class MemoryBooks implements ClaimsPort, LedgerPort {
  readonly held = new Map<string, ClaimHolder>()
  readonly posted: MoneyTransfer[] = []

  holders(transfers: readonly TransferName[]): Promise<(ClaimHolder | undefined)[]> {
    return Promise.resolve(transfers.map((transfer) => this.held.get(nameOf(transfer))))
  }
  claim(transfer: ProvenTransfer, holder: ClaimHolder): Promise<ClaimResult> {
    const before = this.held.get(nameOf(transfer))
    if (before && before.kind !== 'suspense') return Promise.resolve({ kind: 'taken', by: before })
    this.held.set(nameOf(transfer), holder)
    const claim = { ...transfer, payer: 'payer' in holder ? holder.payer : '' }
    return Promise.resolve({ kind: 'claimed', wasSuspense: before !== undefined, claim })
  }
  endVanished(transfer: TransferName): Promise<boolean> {
    const holder = this.held.get(nameOf(transfer))
    if (!holder || 'payer' in holder) return Promise.resolve(false)
    return Promise.resolve(this.held.delete(nameOf(transfer)))
  }
  /** Addresses of a custodian. */
  readonly custody = new Set<string>()
  keepCustody(chain: Chain, address: string): Promise<boolean> {
    return Promise.resolve(this.custody.size < this.custody.add(`${chain} ${address}`).size)
  }
  custodianOf(chain: Chain, address: string): Promise<Custodian | undefined> {
    return Promise.resolve(this.custody.has(`${chain} ${address}`) ? 'nowpayments' : undefined)
  }
  post(transfers: readonly MoneyTransfer[]): Promise<{ ok: true }> {
    this.posted.push(...transfers)
    return Promise.resolve({ ok: true })
  }
  readonly queries = {
    balances: (names: readonly string[]) =>
      Promise.resolve(
        names.map((account) => ({
          account,
          asset: 'USDT' as const,
          posted: BigInt(this.balances()[account] ?? 0),
          held: 0n,
        })),
      ),
  } as CashierQueries
  hold = (): never => unused()
  settle = (): never => unused()
  release = (): never => unused()

  /** What each account has, without those that have nothing. */
  balances(): Record<string, string> {
    const sums = new Map<string, bigint>()
    for (const { account, amountMicro } of this.posted.flatMap(({ lines }) => lines))
      sums.set(account, (sums.get(account) ?? 0n) + amountMicro)
    return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n).map(([account, sum]) => [account, String(sum)]))
  }
}

function nameOf({ chain, hash, fromAddress, toAddress, rawValue, nth }: TransferName): string {
  return [chain, hash, fromAddress, toAddress, rawValue, nth].join(' ')
}
function unused(): never {
  throw new Error('deposits does not use this')
}
const standingOf = (onliId: string): UserStanding => ({ onliId, vaultId: `vault-${onliId}`, status: 'active' })

/** One person suffices, and does it at once. */
function onePerson(database: Database): SecondPerson {
  return {
    twoPeople: false,
    define: (action) => ({
      ask: unused,
      async request({ body, principal, trace }, asked) {
        const by = { actor: principal.onliId, reason: body.reason, trace }
        const ran = await database.transaction(async (tx) => {
          await action.version(tx, asked)
          return await action.run(tx, asked, by)
        })
        await ran.afterCommit?.()
        return Response.json(ran.answer)
      },
    }),
    beforeApproval: unused,
    approve: unused,
    refuse: unused,
  }
}

/** The module with chains in memory. */
export interface World {
  readonly deps: DepositsDeps
  readonly clock: ManualClock
  readonly chains: MemoryChains
  readonly published: Outgoing[]
  readonly books: MemoryBooks
  readonly module: Module
  /** The statuses of which others were told, in order, with the last digits of the hash. */
  told(): string[]
  /** From now on ETH is like this. */
  change(eth: Partial<MarketplaceConfig['chains']['ETH']>): void
  /** These addresses are denied now, and no others. */
  deny(...addresses: string[]): void
  /** Time passes, and every job runs when it is due, no more often than that. */
  pass(ms: number, stepMs?: number): Promise<void>
}

export function createWorld(database: Database, served: readonly Chain[] = ['ETH']): World {
  const clock = manualClock()
  const memory = new MemoryChains(clock, served)
  const published: Outgoing[] = []
  const versions: ChainsVersion[] = [{ version: 1, sinceMs: 0, chains: config.chains }]
  let deniedAddresses: string[] = []
  const newest = (): MarketplaceConfig => {
    const chainsNow = versions.at(-1)?.chains ?? config.chains
    return { ...config, chains: { ...chainsNow, ETH: { ...chainsNow.ETH, deniedAddresses } } }
  }
  const books = new MemoryBooks()
  const deps: DepositsDeps = {
    database,
    bus: { publish: (messages) => Promise.resolve(void published.push(...messages)) },
    clock,
    ids: countingIds(clock),
    log: silentLogger,
    metrics: createMetrics(),
    config: {
      current: () => Promise.resolve({ version: versions.length, config: newest() }),
      at: () => Promise.resolve(newest()),
      chainHistory: () => Promise.resolve(versions),
    },
    chainScouts: [memory],
    claims: () => books,
    ledger: () => books,
    ask: { cashier: () => books.queries },
    standings: () => ({ standings: async (ids) => new Map(ids.map((id) => [id, standingOf(id)])) }),
    secondPerson: onePerson(database),
  }
  const module = createDeposits(deps)
  /** Runs what is due, and answers when something is due next. */
  const runDue = async (): Promise<number> => {
    for (const job of module.jobs.filter(({ due }) => due === undefined)) await job.run()
    const due = await readDueTimes(database, module.jobs)
    const isDue = ({ name }: Job): boolean => (due.get(name) ?? Infinity) <= clock.now()
    for (const job of module.jobs.filter(isDue)) await job.run()
    return Math.min(...(await readDueTimes(database, module.jobs)).values())
  }
  return {
    deps,
    clock,
    chains: memory,
    published,
    books,
    module,
    told: () =>
      published.map(({ body }) => {
        const { hash, status } = body as { hash: string; status: string }
        return `${hash.slice(-2)} ${status}`
      }),
    change(eth) {
      const { ETH } = newest().chains
      const changed = { ...newest().chains, ETH: { ...ETH, ...eth } }
      versions.push({ version: versions.length + 1, sinceMs: clock.now(), chains: changed })
    },
    deny(...addresses) {
      deniedAddresses = addresses
    },
    async pass(ms, stepMs = 5_000) {
      const endMs = clock.now() + ms
      for (;;) {
        const nextMs = await runDue()
        if (clock.now() >= endMs) return
        clock.set(Math.min(Math.max(nextMs, clock.now() + stepMs), endMs))
      }
    },
  }
}
