import {
  type AgentStanding,
  type Claim,
  type Intent,
  type MarketplaceConfig,
  type MarketplaceEvent,
  type Match,
  type StateBodies,
  type UserStanding,
  marketplaceConfigSchema,
  type ErrorCode,
  forEveryChain,
} from '@species/contracts'
import type { Bus, Message, Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { ok, refuse } from '@species/kernel'
import { silentLogger } from '@species/platform'
import { dossierOf, type ManualClock, manualClock, messageOf, retentionOf } from '@species/testing'
import type { CashierDeps } from './app/deps.ts'

const chain = {
  enabled: true,
  depositAddresses: [`0x${'d'.repeat(40)}`],
  confirmations: 12,
  halted: false,
  compromisedAddresses: [],
}

/** The only configuration of these tests: fees differ by intent, so that one taken for another is seen. */
export const config: MarketplaceConfig = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1.5',
  redeemPrice: '1.25',
  feeBasisPoints: { buyTreasury: 50, buyMarket: 75, sell: 0, redeem: 0 },
  chains: forEveryChain(() => chain),
  walletTransferMs: 0,
  priceHoldMs: 600_000,
  recheckMultiples: [],
  deadlines: { paymentMs: 1_000, paymentWatchMs: 1_000, consentMs: 1_000, unknownMs: 1_000, eventMs: 1_000 },
  listing: { defaultLifeMs: 1_000, maxLifeMs: 1_000 },
  // All of it, but where a test says otherwise: the pools of these tests are small.
  poolShareBasisPoints: 10_000,
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})

/** The cashier with the other modules' answers as plain values that a test changes. */
export interface World {
  readonly deps: CashierDeps
  readonly clock: ManualClock
  /** Whoever is not named here is active. */
  readonly standings: Map<string, UserStanding['status']>
  readonly revokedKeys: Set<string>
  /** Keys that were made by rotation, and the first of their line. */
  readonly successorOf: Map<string, string>
  readonly agents: Map<string, AgentStanding>
  trading: 'on' | 'off'
  poolShareBasisPoints: number
}

export function createWorld(database: Database): World {
  const clock = manualClock()
  const world: World = {
    clock,
    standings: new Map(),
    revokedKeys: new Set(),
    successorOf: new Map(),
    agents: new Map(),
    trading: 'on',
    poolShareBasisPoints: config.poolShareBasisPoints,
    deps: {
      database,
      bus: silentBus,
      clock,
      retention: retentionOf(clock),
      log: silentLogger,
      config: { current: async () => ({ version: 1, config }), at: async () => config },
      latestConfig: () => ({
        latest: async () => ({
          version: 1,
          config: { ...config, trading: world.trading, poolShareBasisPoints: world.poolShareBasisPoints },
        }),
        at: async () => config,
      }),
      confirm: () => ({
        confirm: async (_asking, _action, confirmation) =>
          confirmation === null ? refuse('confirmation_required', 'confirm it') : ok({ by: confirmation }),
      }),
      authenticator: () => ({
        standings: async (onliIds) =>
          new Map(
            onliIds.map((onliId) => [
              onliId,
              { onliId, vaultId: `vault-${onliId}`, status: world.standings.get(onliId) ?? 'active' },
            ]),
          ),
        walletOwners: async () => new Map(),
        vaults: async () => [],
        allowanceIds: async (keyIds) => new Map(keyIds.map((keyId) => [keyId, world.successorOf.get(keyId) ?? keyId])),
        voidKeys: async () => new Set(),
        agents: async (agentIds) =>
          new Map(
            agentIds.flatMap((agentId) => {
              const agent = world.agents.get(agentId)
              return agent ? [[agentId, agent]] : []
            }),
          ),
        revokedKeys: async (keyIds) => new Set(keyIds.filter((keyId) => world.revokedKeys.has(keyId))),
      }),
    },
  }
  return world
}

const silentBus: Bus = {
  durable: true,
  publish: async () => undefined,
  subscribe: () => undefined,
  declare: () => undefined,
  tap: () => () => undefined,
  start: async () => undefined,
  backlog: () => new Map(),
  close: async () => undefined,
}

/** The n-th event key: time-ordered, as the real ones. */
export function eventKey(n: number): string {
  return `01940000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

export function claim(n: number, payer: string, amountMicro: bigint, more: Partial<Claim> = {}): Claim {
  return {
    chain: 'ETH',
    hash: `0x${n.toString(16).padStart(64, '0')}`,
    logIndex: 0,
    payer,
    amountMicro,
    fromAddress: `0x${'a'.repeat(40)}`,
    toAddress: `0x${'d'.repeat(40)}`,
    blockNumber: 1,
    blockTimeMs: 1,
    ...more,
  }
}

export interface MatchedEvent {
  readonly intent: Intent
  readonly from: string
  readonly to?: string
  readonly match: Partial<Match> & Pick<Match, 'units'>
  readonly payment?: StateBodies['matched']['payment']
  readonly more?: Partial<StateBodies['matched']>
  readonly event?: Partial<MarketplaceEvent>
}

/** The dossier of the n-th event, matched. */
export function matchedBody(n: number, given: MatchedEvent): StateBodies['matched'] {
  const { intent, from, to, match, payment, more, event } = given
  return {
    ...dossierOf(
      eventKey(n),
      { from, ...(to === undefined ? {} : { to }), amount: match.units.toString(), ...event },
      more,
    ),
    intent,
    payment: payment ?? { source: 'none', claims: [] },
    match: { totalMicro: 0n, fills: [], ...match },
  }
}

export function matched(n: number, given: MatchedEvent): Message<'matched'> {
  return messageOf('matched', eventKey(n), matchedBody(n, given))
}

/** What the next modules would say of a funded event. */
export function confirmed(funded: StateBodies['funded']): Message<'confirmed'> {
  const delivery = {
    operationId: 'op-1',
    kind: 'change_owner' as const,
    fromVault: 'a',
    toVault: 'b',
    units: funded.match.units,
  }
  const oracle = { operationId: 'op-1', ownerVault: 'b', units: funded.match.units, wordOf: 'partner' as const }
  return messageOf('confirmed', funded.eventKey, { ...funded, delivery, oracle })
}

/** The road back of an event, as the asset-manager begins it. */
export function cancelled(body: StateBodies['matched'], code: ErrorCode = 'delivery_refused'): Message<'cancelled'> {
  return messageOf('cancelled', body.eventKey, {
    ...body,
    refusal: { code, detail: 'It was refused.', by: 'asset-manager' },
  })
}

export function paymentClaimed(n: number, of: Claim): Message<'payment.claimed'> {
  return messageOf('payment.claimed', `${of.chain}:${of.hash}:${of.logIndex}`, { eventKey: eventKey(n), claim: of })
}

export function paymentVanished(n: number, of: Claim): Message<'payment.vanished'> {
  return messageOf('payment.vanished', `${of.chain}:${of.hash}:${of.logIndex}`, {
    eventKey: eventKey(n),
    claim: of,
    seenAtMs: 1,
  })
}

/** The only message, which must be of this topic. */
export function only<T extends Outgoing['topic']>(
  outgoing: readonly Outgoing[],
  topic: T,
): Extract<Outgoing, { topic: T }> {
  const [first] = outgoing
  if (outgoing.length !== 1 || first?.topic !== topic)
    throw new Error(`expected one ${topic}, got ${outgoing.map((one) => one.topic).join(', ')}`)
  return first as Extract<Outgoing, { topic: T }>
}

/** Every balance that is not zero, `account asset` → `posted/held`. */
export async function balancesOf(database: Database): Promise<Record<string, string>> {
  const rows = await database.query<{ name: string; posted: bigint; held: bigint }>(
    `SELECT account || ' ' || asset AS name, posted, held FROM cashier.balances WHERE posted <> 0 OR held <> 0 ORDER BY 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.name, `${row.posted}/${row.held}`]))
}

export async function emptyLedger(database: Database): Promise<void> {
  await database.query(
    'TRUNCATE cashier.balances, cashier.transfers, cashier.entries, cashier.fundings, cashier.holds, cashier.limit_counters, cashier.approvals',
  )
}
