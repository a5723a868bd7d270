import type { AuthenticatorQueries, ChainReader, ConfigReader } from '@species/contracts'
import type { Bus, Clock, Database, Ids, Logger, Metrics } from '@species/runtime'

/** What the validator needs from outside. */
export interface ValidatorDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'verificationTotal' | 'paidUsdt'>
  readonly config: ConfigReader
  readonly chainReaders: readonly ChainReader[]
  readonly authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'standings'>
}
