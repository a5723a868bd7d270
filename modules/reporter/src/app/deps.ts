import type {
  AuthenticatorQueries,
  CashierQueries,
  FloorManagerQueries,
  MarketplaceQueries,
  MatchingQueries,
} from '@species/contracts'
import type { Bus, Clock, Metrics } from '@species/runtime'

/** What the reporter needs from outside: other modules' answers, over whichever database handle pages are read from. */
export interface ReporterDeps {
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  /** Whether this process is one of the reporter's: the others answer too, and keep nothing, so they need hear nothing. */
  readonly keepsPages: boolean
  readonly queries: {
    readonly authenticator: Pick<AuthenticatorQueries, 'standings'>
    readonly marketplace: MarketplaceQueries
    readonly floorManager: FloorManagerQueries
    readonly cashier: CashierQueries
    readonly matching: MatchingQueries
  }
}
