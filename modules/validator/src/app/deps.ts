import type {
  AuthenticatorQueries,
  ChainHistory,
  ChainReader,
  ConfigQueries,
  ConfigReader,
  QuotesPort,
} from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { RetentionClock, SecondPerson } from '@species/flow'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'

/** What the validator needs from outside. */
export interface ValidatorDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly retention: RetentionClock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'verificationTotal' | 'paidUsdt'>
  readonly config: ConfigReader & ChainHistory
  /** Asked inside the transaction that claims: what was claimed after a halt was known would be claimed for ever. */
  readonly latestConfig: (sql: Sql) => Pick<ConfigQueries, 'latest'>
  /** Set where payments are asked for as soon as they come, beside the consumer; else only the job asks, as where time is played. */
  readonly asksAtOnce?: true
  readonly chainReaders: readonly ChainReader[]
  /** Quotes that events cite, over a transaction of the validator's. */
  readonly quotes: (sql: Sql) => QuotesPort
  readonly authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'standings'>
  readonly secondPerson: Pick<SecondPerson, 'define'>
}
