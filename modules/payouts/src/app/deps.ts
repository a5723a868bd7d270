import type { ChainHistory, ConfigQueries, ConfirmPort } from '@species/contracts'
import type { Database, Sql } from '@species/database'
import type { Announce } from '@species/flow'
import type { Clock, Ids, Logger } from '@species/platform'

/** What payouts needs from outside. */
export interface PayoutsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly config: ChainHistory
  readonly latestConfig: (sql: Sql) => Pick<ConfigQueries, 'latest'>
  readonly confirm: (sql: Sql) => ConfirmPort
  readonly announce: Announce
}
