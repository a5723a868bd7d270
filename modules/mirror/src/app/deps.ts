import type { BookPort, CashierQueries } from '@species/contracts'
import type { Database } from '@species/database'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'

/** What the mirror needs from outside. */
export interface MirrorDeps {
  readonly database: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'mirrorQueued' | 'mirrorAge' | 'mirrorRefused'>
  readonly ledger: Pick<CashierQueries, 'entriesAfter' | 'balancesUnder'>
  readonly book: BookPort
}
