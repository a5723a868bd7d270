import { type Bus, busMigrations } from '@species/bus'
import type {
  Announcement,
  AuthenticatorQueries,
  ChainHistory,
  ClaimsPort,
  ConfigPages,
  ConfigReader,
  ConfirmPort,
  LedgerPort,
  ModuleName,
  ModuleQueries,
  PayoutHalt,
  WatchedAddress,
} from '@species/contracts'
import { type Database, type Migration, type Sql, readMigrations } from '@species/database'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'
import type { Module } from './module.ts'
import type { RetentionClock } from './retention-clock.ts'
import type { SecondPerson } from './second-person.ts'

/** What a module's `index.ts` exports: all that the list of modules needs to know about it. */
export interface ModuleDefinition {
  readonly name: ModuleName
  /** The folder of its migrations; absent where it owns no tables. */
  readonly migrations?: URL
  /** The read-only questions it answers to other modules; absent where it answers none. */
  readonly queries?: (sql: Sql) => object
  /** Makes the module from what it is given. The type of the parameter says what it needs. */
  readonly create: (given: never) => Module
}

/** The services of a process: what everything in it stands on. */
export interface Platform {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
}

/**
 * What modules may ask each other, over a handle that the caller chooses: the database, a transaction of their own, or a replica for
 * pages.
 */
export type Ask = { readonly [M in keyof ModuleQueries]: (sql: Sql) => ModuleQueries[M] }

/**
 * Tells something to the owner's webhooks: stored in the caller's transaction, and sent after it commits, at least once. Locks the key
 * until the transaction ends: call it last. The same again is told once.
 */
export type Announce = (tx: Sql, announcement: Announcement) => Promise<void>

/** What every module is given. What it needs beside this, its definition names. */
export interface Surroundings extends Platform {
  readonly config: ConfigReader & ChainHistory & ConfigPages
  /** By which age is judged where something is deleted for it. */
  readonly retention: RetentionClock
  readonly ask: Ask
  readonly announce: Announce
  /** The authenticator's `standings`, remembered while no user has changed. Not for the last check before money is held. */
  readonly standings: (sql: Sql) => Pick<AuthenticatorQueries, 'standings'>
  /** Moves money in a transaction of the module's own. The cashier implements it. */
  readonly ledger: (tx: Sql) => LedgerPort
  /** Claims transfers on chains in a transaction of the module's own. The validator implements it. */
  readonly claims: (tx: Sql) => ClaimsPort
  /** Tells whether a person has confirmed a request. The authenticator implements it. */
  readonly confirm: (sql: Sql) => ConfirmPort
  /** Has the chains asked for what comes in at more addresses, from the commit on. Deposits implements it. */
  readonly watch: (tx: Sql, addresses: readonly WatchedAddress[]) => Promise<void>
  /** Halts all money out, from the caller's commit on; false where this cause has halted before. Payouts implements it. */
  readonly haltPayouts: (tx: Sql, halt: PayoutHalt) => Promise<boolean>
  /** Actions of operators that take two people. The authenticator implements it. */
  readonly secondPerson: SecondPerson
}

/** The answers of all modules over one handle. */
export function answersOver(ask: Ask, sql: Sql): ModuleQueries {
  const answers = Object.entries(ask).map(([name, queries]) => [name, queries(sql)] as const)
  return Object.fromEntries(answers) as unknown as ModuleQueries
}

/** The migrations of the bus, whose schema all share, and then those of these modules in their order. */
export async function migrationsOf(
  definitions: readonly Pick<ModuleDefinition, 'name' | 'migrations'>[],
): Promise<Migration[]> {
  const own = definitions.map(({ name, migrations }) => (migrations ? readMigrations(name, migrations) : []))
  return (await Promise.all([busMigrations(), ...own])).flat()
}
