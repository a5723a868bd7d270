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
  /** Set where payments are asked for as soon as they come, beside the consumer; else only the job asks, as where time is played. */
  readonly asksAtOnce?: true
  readonly chainReaders: readonly ChainReader[]
  readonly authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'standings'>
}
