import type {
  AgentGate,
  ChainHistory,
  ConfigPages,
  ConfigReader,
  Intent,
  MarketplaceConfig,
  MarketplaceEvent,
  Match,
  ProceedsPort,
  QuotesPort,
  StageMark,
  StateBodies,
} from '@species/contracts'
import type { Result } from '@species/kernel'
import type { Bus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { RetentionClock } from '@species/flow'
import type { Clock, Ids, Logger, Metrics, Pace, Parts } from '@species/platform'

/** What marketplace-api needs from outside. */
export interface MarketplaceApiDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly retention: RetentionClock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
  readonly config: ConfigReader & ChainHistory & ConfigPages
  /** What the process depends on; undefined in a test that does not ask. */
  readonly health?: () => Promise<Parts>
  readonly classifierVersion: number
  /** How far each module has brought an event, by its own row. */
  readonly stages: readonly ((eventKey: string) => Promise<StageMark | undefined>)[]
  /** Where proceeds of events can go. */
  readonly proceeds: ProceedsPort
  /** Quotes that events cite. */
  readonly quotes: (sql: Sql) => Pick<QuotesPort, 'terms'>
  /** Asked for the events of agents before they are accepted. */
  readonly agentGate: AgentGate
  /** Without them no preview is answered, as in a benchmark of one module. */
  readonly preview?: PreviewRules
  /** Above this much waiting work new events are answered with 503, before what was accepted gets slow. */
  readonly maxBacklog: number
  /** Payments that wait to be proven, of an owner or of all, counted up to `atMost`. */
  readonly unproven: (owner: string | undefined, atMost: number) => Promise<number>
  /** Payments still watched after their events were refused, of an owner or of all, counted up to `atMost`. */
  readonly watched: (owner: string | undefined, atMost: number) => Promise<number>
  /** How soon one batch of new events is kept after another; undefined: at once. */
  readonly acceptPace: Pace | undefined
}

/** The rules of other modules by which a preview is made: the same that decide. */
export interface PreviewRules {
  classify(event: MarketplaceEvent, version: number): Result<Intent>
  match(dossier: StateBodies['validated'], config: MarketplaceConfig): Promise<Result<Match>>
  /** From where a purchase would be paid, if it says that proceeds pay too; micro-USDT. */
  payingAccounts(
    event: MarketplaceEvent,
    dueMicro: bigint,
  ): Promise<{ readonly payable: bigint; readonly credit: bigint } | undefined>
  /** USDT in micro-units. */
  estimate(
    dossier: StateBodies['matched'],
    config: MarketplaceConfig,
  ): { totalMicro: bigint; feeMicro: bigint; dueMicro: bigint; proceedsMicro: bigint }
}
