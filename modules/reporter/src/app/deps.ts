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
  readonly queries: {
    readonly authenticator: Pick<AuthenticatorQueries, 'standings'>
    readonly marketplace: MarketplaceQueries
    readonly floorManager: FloorManagerQueries
    readonly cashier: CashierQueries
    readonly matching: MatchingQueries
  }
}
