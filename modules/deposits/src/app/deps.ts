import type { ChainHints, ChainHistory, ChainPort, ChainStreams, ConfigReader } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { Surroundings } from '@species/flow'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'

/** What deposits needs from outside. */
export interface DepositsDeps {
  readonly database: Database
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<
    Metrics,
    | 'chainHints'
    | 'depositFaults'
    | 'depositsFound'
    | 'depositsBehindSeconds'
    | 'suspenseDeposits'
    | 'oldestSuspenseSeconds'
  >
  readonly config: ConfigReader & ChainHistory
  readonly claims: Surroundings['claims']
  readonly ledger: Surroundings['ledger']
  readonly ask: Pick<Surroundings['ask'], 'cashier'>
  readonly secondPerson: Surroundings['secondPerson']
  readonly standings: Surroundings['standings']
  /** They list what came in, and read it. A chain without one is not watched. */
  readonly chainScouts: readonly ChainPort[]
  /** Reads deliveries of the partner that says what came in; absent where it has no secret. */
  readonly chainHints?: ChainHints
  /** Where that partner is told which addresses to watch; absent where it cannot call us. */
  readonly chainStreams?: ChainStreams
}
