import type {
  AuthenticatorQueries,
  CashierQueries,
  ConfigPages,
  FloorManagerQueries,
  MarketplaceQueries,
  MatchingQueries,
  PresentReceipt,
} from '@species/contracts'
import type { Bus } from '@species/bus'
import type { TieredCache } from '@species/cache'
import type { Clock, Metrics } from '@species/platform'

/** Other modules' answers, over whichever database handle they are read from. */
export interface PageQueries {
  readonly authenticator: Pick<AuthenticatorQueries, 'standings'>
  readonly marketplace: Pick<MarketplaceQueries, 'eventByOwner'>
  readonly floorManager: Pick<FloorManagerQueries, 'receipt' | 'receiptOf'>
  readonly cashier: Pick<CashierQueries, 'balances' | 'statement' | 'accountPeriods' | 'trialBalance' | 'linesBetween'>
  readonly matching: Pick<MatchingQueries, 'openListings' | 'listing' | 'listingsOf' | 'depth' | 'trades'>
}

/** What the reporter needs from outside. */
export interface ReporterDeps {
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  /** Whether this process is one of the reporter's: the others answer too, and keep nothing, so they need hear nothing. */
  readonly keepsPages: boolean
  /** Where pages are kept; absent: in the memory of this process. */
  readonly cache?: TieredCache
  /** The floor-manager's: shows a stored receipt to a reader. */
  readonly presentReceipt: PresentReceipt
  readonly config: ConfigPages
  /** Whether any partner is the sandbox. */
  readonly sandbox: boolean
  /** Over the primary. */
  readonly queries: PageQueries
  /** Over replicas that know everything older than this; absent: there is none. */
  readonly replica?: { readonly queries: PageQueries; readonly maxLagMs: number }
}
