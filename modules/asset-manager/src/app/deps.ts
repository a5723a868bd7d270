import type { AssetLedger, AuthenticatorQueries, ConfigReader } from '@species/contracts'
import type { Bus, Clock, Database, Logger } from '@species/runtime'

/** What the asset-manager needs from outside. */
export interface AssetManagerDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly config: ConfigReader
  readonly authenticator: Pick<AuthenticatorQueries, 'standings'>
  readonly onli: AssetLedger
}
