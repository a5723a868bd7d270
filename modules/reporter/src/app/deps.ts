import type {
  AssetManagerQueries,
  AuthenticatorQueries,
  CashierQueries,
  ConfigPages,
  FloorManagerQueries,
  MarketplaceQueries,
  MatchingQueries,
  PresentReceipt,
  ValidatorQueries,
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

/** What operators read of an event, and of what has an id. */
export interface WholeQueries {
  readonly authenticator: Pick<AuthenticatorQueries, 'standings' | 'walletOwners'>
  readonly marketplace: Pick<MarketplaceQueries, 'eventByOwner' | 'eventsByKey' | 'eventBody' | 'unfinished'>
  readonly validator: Pick<ValidatorQueries, 'paymentsOf' | 'stageOf'>
  readonly matching: Pick<MatchingQueries, 'listing' | 'stageOf'>
  readonly cashier: Pick<CashierQueries, 'transfersOf' | 'stageOf'>
  readonly assetManager: Pick<AssetManagerQueries, 'stageOf'>
  readonly floorManager: Pick<FloorManagerQueries, 'receipt' | 'receiptOf' | 'openReviews' | 'stageOf'>
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
  /** The same for operators, who wonder about what is now: over the primary alone. */
  readonly whole: WholeQueries
  /** Over replicas that know everything older than this; absent: there is none. */
  readonly replica?: { readonly queries: PageQueries; readonly maxLagMs: number }
}
