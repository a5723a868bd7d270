import {
  type AuthenticatorQueries,
  type Chain,
  type ChainHistory,
  type ChainReader,
  type ChainTransaction,
  type ChainsVersion,
  type ConfigReader,
  type Dossier,
  type MarketplaceConfig,
  type PinnedConfig,
  type QuotesPort,
  type StateBodies,
  chains,
  marketplaceConfigSchema,
} from '@species/contracts'
import { type Outcome, notYet, refuse, yes } from '@species/kernel'
import type { Bus, Message, Outgoing } from '@species/bus'
import type { Database, Sql } from '@species/database'
import { createMetrics, silentLogger } from '@species/platform'
import {
  type ManualClock,
  countingIds,
  dossierOf,
  manualClock,
  messageOf,
  neverAheadOf,
  onePerson,
} from '@species/testing'
import { createAsker } from './app/ask-chains.ts'
import type { ValidatorDeps } from './app/deps.ts'
import { validateEvents as takeIn } from './app/validate-events.ts'

export const ours = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
export const wallet = '0x1111111111111111111111111111111111111111'
/** Proven by bob; `wallet` is alice's. */
export const otherWallet = '0x3333333333333333333333333333333333333333'
export const hash = `0x${'ab'.repeat(32)}`
export const minuteMs = 60_000

const config = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: Object.fromEntries(
    chains.map((chain) => [
      chain,
      {
        enabled: true,
        depositAddresses: [ours],
        confirmations: 12,
        halted: false,
        compromisedAddresses: [],
        quoteAddresses: [],
      },
    ]),
  ) as unknown as MarketplaceConfig['chains'],
  walletTransferMs: 0,
  priceHoldMs: 600_000,
  recheckMultiples: [2],
  deadlines: {
    paymentMs: 10 * minuteMs,
    paymentWatchMs: 60 * minuteMs,
    consentMs: minuteMs,
    unknownMs: minuteMs,
    eventMs: 60 * minuteMs,
  },
  listing: { defaultLifeMs: minuteMs, maxLifeMs: minuteMs },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})
/** The configuration over time, as a test changes it: every event is pinned to version 1. */
export class ScriptedConfig implements ConfigReader, ChainHistory {
  readonly versions: (PinnedConfig & { sinceMs: number })[]
  private readonly clock: ManualClock
  constructor(clock: ManualClock, first: MarketplaceConfig) {
    this.clock = clock
    this.versions = [{ version: 1, sinceMs: 0, config: first }]
  }
  /** From now on ETH is like this. */
  change(eth: Partial<MarketplaceConfig['chains']['ETH']>): void {
    const { version, config: before } = this.newest()
    const changed = { ...before, chains: { ...before.chains, ETH: { ...before.chains.ETH, ...eth } } }
    this.versions.push({ version: version + 1, sinceMs: this.clock.now(), config: changed })
  }
  current = (): Promise<PinnedConfig> => Promise.resolve(this.newest())
  at = (version: number): Promise<MarketplaceConfig> =>
    Promise.resolve((this.versions[version - 1] ?? this.newest()).config)
  chainHistory = (): Promise<ChainsVersion[]> =>
    Promise.resolve(this.versions.map((one) => ({ ...one, chains: one.config.chains })))
  private newest(): PinnedConfig {
    const newest = this.versions.at(-1)
    if (!newest) throw new Error('there is a first version')
    return newest
  }
}
const authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'standings'> = {
  walletOwners: (_chain, addresses) =>
    Promise.resolve(
      new Map(
        addresses
          .filter((address) => address === wallet || address === otherWallet)
          .map((address) => [address, { address, onliId: address === wallet ? 'alice' : 'bob', provenAtMs: 0 }]),
      ),
    ),
  standings: () => Promise.resolve(new Map([['alice', { onliId: 'alice', vaultId: 'vault-alice', status: 'active' }]])),
}

/** A chain that shows what the test says. */
export class ScriptedChain implements ChainReader {
  readonly chains = chains
  answer: Outcome<ChainTransaction> = notYet('not_found')
  /** What happens between the question and the answer. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve()
  /** Where the last who asked had seen the transaction before. */
  seenInBlock: number | undefined
  asked = 0
  async transaction(_chain: Chain, _hash: string, seenInBlock?: number): Promise<Outcome<ChainTransaction>> {
    this.seenInBlock = seenInBlock
    this.asked++
    await this.meanwhile()
    return this.answer
  }
}
/** Each log is a payment of the same amount, of alice's unless said. */
export const paid = (
  confirmations: number,
  logs = [3],
  froms: string[] = [],
  blockTimeMs = Date.UTC(2026, 0, 1),
): Outcome<ChainTransaction> =>
  yes({
    chain: 'ETH',
    hash,
    succeeded: true,
    blockNumber: 7,
    blockTimeMs,
    confirmations,
    transfers: logs.map((logIndex, index) => ({
      logIndex,
      tokenAddress: '0xdac17f958d2ee523a2206206994597c13d831ec7',
      fromAddress: froms[index] ?? wallet,
      toAddress: ours,
      rawValue: 5_000_000n,
    })),
  })

export function world(
  database: Database,
  deadlines: Partial<MarketplaceConfig['deadlines']> = {},
  secondPerson: ValidatorDeps['secondPerson'] = onePerson(database),
): {
  deps: ValidatorDeps
  chain: ScriptedChain
  clock: ManualClock
  published: Outgoing[]
  configs: ScriptedConfig
} {
  const clock = manualClock()
  const configs = new ScriptedConfig(clock, { ...config, deadlines: { ...config.deadlines, ...deadlines } })
  const chain = new ScriptedChain()
  const published: Outgoing[] = []
  const bus = {
    publish: (messages: readonly Outgoing[]) => Promise.resolve(void published.push(...messages)),
  } as unknown as Bus
  const deps = {
    database,
    bus,
    clock,
    retention: neverAheadOf(clock),
    ids: countingIds(clock),
    log: silentLogger,
    metrics: createMetrics(),
    config: configs,
    latestConfig: (sql: Sql) => ({
      async latest() {
        await sql.query('SELECT 1')
        return await configs.current()
      },
    }),
    chainReaders: [chain],
    quotes: () => noQuotes,
    authenticator,
    secondPerson,
  }
  return { deps, chain, clock, published, configs }
}
/** No event of these tests cites a quote, unless a test brings one. */
const noQuotes: QuotesPort = {
  terms: () => Promise.resolve(undefined),
  cite: () => Promise.resolve(refuse('quote_ended', 'there are none')),
  paidThrough: () => Promise.resolve(undefined),
  payment: () => Promise.resolve({ kind: 'over', chain: 'ETH' }),
  end: () => Promise.resolve(),
}
export const keyOf = (index: number): string => `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`
export function event(
  index: number,
  proof = hash,
  more: { logIndex?: number; from?: string; chain?: Chain } = {},
): Message<'classified'> {
  const { from = 'alice', chain = 'ETH', ...log } = more
  const payWith = { source: 'chain', currency: 'USDT', chain, proof, ...log } as const
  const body = dossierOf(keyOf(index), { from, to: 'treasury', amount: '1', payWith }, { intent: 'BUY_TREASURY' })
  return messageOf('classified', keyOf(index), body as StateBodies['classified'])
}
export const topics = (messages: readonly Outgoing[]): string[] => messages.map((message) => message.topic)
export const refusalOf = (messages: readonly Outgoing[]): string | undefined =>
  (messages.find((message) => message.topic === 'refused')?.body as Dossier | undefined)?.refusal?.code

/** Takes a batch in and asks for what is due, as the module does; answers with all that was said. */
export async function validateEvents(
  deps: ValidatorDeps,
  batch: readonly Message<'classified'>[],
): Promise<Outgoing[]> {
  const said: Outgoing[] = []
  const publish = (messages: readonly Outgoing[]): Promise<void> => Promise.resolve(void said.push(...messages))
  const passed = await takeIn(deps, batch)
  await checkDue({ ...deps, bus: { ...deps.bus, publish } })
  return [...said, ...passed]
}

/** Asks for the payments that are due. */
export async function checkDue(deps: ValidatorDeps): Promise<void> {
  await createAsker(deps).drain()
}
