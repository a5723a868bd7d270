import type { AuthenticatorQueries, ConfigQueries, ConfigReader, ConfirmPort } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { RetentionClock } from '@species/flow'
import type { Clock, Logger } from '@species/platform'

/** What the cashier needs from outside. The two query factories are asked inside its own transaction, on the primary. */
export interface CashierDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly retention: RetentionClock
  readonly log: Logger
  readonly config: ConfigReader
  readonly latestConfig: (sql: Sql) => Pick<ConfigQueries, 'latest'>
  readonly authenticator: (sql: Sql) => AuthenticatorQueries
  /** Whether a person has confirmed that they approve an agent's event. */
  readonly confirm: (sql: Sql) => Pick<ConfirmPort, 'confirm'>
}
