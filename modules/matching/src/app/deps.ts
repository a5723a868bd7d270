import type { AuthenticatorQueries, CashierQueries, ConfigReader } from '@species/contracts'
import type { Bus, Clock, Database, Logger, Sql } from '@species/runtime'

/** What matching needs from outside. */
export interface MatchingDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly config: ConfigReader
  /** Whether a sale has settled, for buyers who are faster than the message that opens its listing. */
  readonly cashier: Pick<CashierQueries, 'stageOf'>
  /** Asked inside matching's own transaction as well, so it is given the handle. */
  readonly authenticator: (sql: Sql) => Pick<AuthenticatorQueries, 'standings'>
}
