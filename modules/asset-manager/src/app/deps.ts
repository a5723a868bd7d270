import type { AssetLedger, AuthenticatorQueries, ConfigReader } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { Clock, Logger, Metrics } from '@species/platform'

/** What the asset-manager needs from outside. */
export interface AssetManagerDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'oldestUnknownDeliverySeconds'>
  readonly config: ConfigReader
  readonly authenticator: Pick<AuthenticatorQueries, 'standings'>
  readonly onli: AssetLedger
}
