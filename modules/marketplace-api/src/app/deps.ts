import type { ChainHistory, ConfigReader, StageMark } from '@species/contracts'
import type { Bus, Clock, Database, Ids, Logger, Metrics, Pace } from '@species/runtime'

/** What marketplace-api needs from outside. */
export interface MarketplaceApiDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
  readonly config: ConfigReader & ChainHistory
  readonly classifierVersion: number
  /** How far each module has brought an event, by its own row. */
  readonly stages: readonly ((eventKey: string) => Promise<StageMark | undefined>)[]
  /** Above this much waiting work new events are answered with 503, before what was accepted gets slow. */
  readonly maxBacklog: number
  /** Payments that wait to be proven, of an owner or of all, counted up to `atMost`. */
  readonly unproven: (owner: string | undefined, atMost: number) => Promise<number>
  /** How soon one batch of new events is kept after another; undefined: at once, by nobody's time. */
  readonly acceptPace: Pace | undefined
}
