import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { SecondPerson } from '@species/flow'
import type { Clock } from '@species/platform'
import type { AddressesByChain } from '../domain/addresses.ts'

export interface ConfigDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  /** The sandbox's addresses on the chains that are real here: what is paid there is lost. */
  readonly sandboxAddresses: AddressesByChain
  readonly secondPerson: SecondPerson
}
