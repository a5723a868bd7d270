import type { AuthenticatorQueries, CashierQueries, ConfigReader } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { Clock, Logger } from '@species/platform'

/** What matching needs from outside. */
export interface MatchingDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly config: ConfigReader
  /**
   * Both are asked inside matching's own transaction as well, so they are given the handle. The cashier says whether a sale has settled,
   * for buyers who are faster than the message that opens its listing, and what buyers can spend.
   */
  readonly cashier: (sql: Sql) => Pick<CashierQueries, 'stageOf' | 'spendable'>
  readonly authenticator: (sql: Sql) => Pick<AuthenticatorQueries, 'standings'>
}
