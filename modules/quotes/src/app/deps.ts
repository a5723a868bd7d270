import type {
  AgentStanding,
  AuthenticatorQueries,
  ChainHistory,
  ChainReader,
  ClaimsPort,
  ConfigReader,
  CustodianPort,
  CustodyHints,
  DepositsQueries,
  Intent,
  MarketplaceConfig,
  MarketplaceEvent,
  MarketplaceQueries,
  StateBodies,
  UnitHolds,
  WatchedAddress,
} from '@species/contracts'
import type { Refusal, Result } from '@species/kernel'
import type { Bus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { RetentionClock } from '@species/flow'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'

/** What quotes needs from outside. */
export interface QuotesDeps {
  readonly database: Database
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  /** Judges when an address or amount is free again, and when late money is looked for no more. */
  readonly retention: RetentionClock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'chainHints'>
  readonly config: ConfigReader & ChainHistory
  /** Has what comes in at an address found. */
  readonly watch: (tx: Sql, addresses: readonly WatchedAddress[]) => Promise<void>
  readonly deposits: Pick<DepositsQueries, 'transfersTo' | 'readThrough'>
  readonly chainReaders: readonly ChainReader[]
  /** Takes payments for us; absent where none is set up. */
  readonly custodian?: CustodianPort
  readonly custodyHints?: CustodyHints
  readonly authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'agents'>
  /** Names the event that cites a quote as its owner does. */
  readonly marketplace: Pick<MarketplaceQueries, 'eventsByKey'>
  readonly claims: (tx: Sql) => ClaimsPort
  readonly unitHolds: (tx: Sql) => UnitHolds
  /** Signs with the key of receipts. */
  readonly signer: { signAs(typ: string, document: object): string }
  /** Whether any partner is the sandbox: a quote says so, as a receipt does. */
  readonly sandbox: boolean
  readonly classifierVersion: number
  /** The rules of other modules by which the price is made: the same that decide. */
  readonly preview: {
    classify(event: MarketplaceEvent, version: number): Result<Intent>
    /** USDT in micro-units. */
    estimate(
      dossier: StateBodies['matched'],
      config: MarketplaceConfig,
    ): { totalMicro: bigint; feeMicro: bigint; dueMicro: bigint }
    /** Whether the limits of the key allow it by itself. */
    withinLimits(dossier: StateBodies['matched'], config: MarketplaceConfig): Result<undefined>
    /** Whether an agent of the owner may act now (Unix ms), and its mandate allows what is asked, but for what its windows have left. */
    withinMandate(
      standing: AgentStanding | undefined,
      owner: string,
      nowMs: number,
      asked?: { readonly dossier: StateBodies['matched']; readonly config: MarketplaceConfig },
    ): Result<undefined, Refusal<'agent_stopped' | 'mandate_required' | 'outside_mandate'>>
  }
}
