import type {
  AuthenticatorQueries,
  CashierQueries,
  ChainHistory,
  ChainReader,
  ClaimsPort,
  ConfigQueries,
  ConfigReader,
  ConfirmPort,
  LedgerPort,
  MarketplaceQueries,
  MatchingQueries,
  PayoutSender,
  ValidatorQueries,
} from '@species/contracts'
import type { Database, Sql } from '@species/database'
import type { Announce, SecondPerson } from '@species/flow'
import type { Clock, Ids, Logger } from '@species/platform'

/** What payouts needs from outside. */
export interface PayoutsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly config: ChainHistory & Pick<ConfigReader, 'current'>
  readonly latestConfig: (sql: Sql) => Pick<ConfigQueries, 'latest'>
  readonly confirm: (sql: Sql) => ConfirmPort
  readonly announce: Announce
  readonly secondPerson: SecondPerson
  readonly ledger: (tx: Sql) => LedgerPort
  readonly claims: (tx: Sql) => ClaimsPort
  readonly chainReaders: readonly ChainReader[]
  readonly authenticator: (sql: Sql) => Pick<AuthenticatorQueries, 'standings' | 'voidKeys'>
  readonly cashier: (sql: Sql) => Pick<CashierQueries, 'balances' | 'cameIn' | 'inflows' | 'statement' | 'creditsAfter'>
  readonly matching: (sql: Sql) => Pick<MatchingQueries, 'soldBy'>
  readonly marketplace: (sql: Sql) => Pick<MarketplaceQueries, 'proceedsAsked'>
  readonly validator: (sql: Sql) => Pick<ValidatorQueries, 'immature'>
  /** Sends payouts in the sandbox; absent where an operator sends them by hand. */
  readonly payoutSender?: PayoutSender | undefined
}
