import type { WatchedAddress } from '@species/contracts'
import type { Sql } from '@species/database'
import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import type { Clock } from '@species/platform'
import { comparable } from '@species/contracts/transfers'
import { watchAddresses } from './adapters/address-rows.ts'
import { depositsQueries } from './adapters/queries.ts'
import type { DepositsDeps } from './app/deps.ts'
import { createDeposits } from './module.ts'

/** Has the chains asked for what comes in at more addresses, from the commit of the caller's transaction on. */
export function createWatch(clock: Pick<Clock, 'now'>) {
  return async (tx: Sql, addresses: readonly WatchedAddress[]): Promise<void> => {
    const named = addresses.map((one) => ({ ...one, address: comparable(one.chain, one.address) }))
    await watchAddresses(tx, named, clock.now())
  }
}

export const depositsModule = {
  name: 'deposits',
  migrations: new URL('../migrations/', import.meta.url),
  queries: depositsQueries,
  create: (given: Surroundings & Pick<DepositsDeps, 'chainScouts' | 'chainHints' | 'chainStreams'>): Module =>
    createDeposits(given),
} satisfies ModuleDefinition
