import { type Migration, readMigrations } from '@species/database'

export { createCashier } from './module.ts'
export type { CashierDeps } from './app/deps.ts'
export { estimateOf } from './domain/estimate.ts'
export { cashierQueries } from './adapters/ledger-queries.ts'

export function cashierMigrations(): Promise<Migration[]> {
  return readMigrations('cashier', new URL('../migrations/', import.meta.url))
}
