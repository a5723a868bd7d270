import { type Migration, readMigrations } from '@species/database'

export { createAccept } from './app/accept-event.ts'
export { createMarketplaceApi } from './module.ts'
export type { MarketplaceApiDeps } from './app/deps.ts'
export { marketplaceQueries } from './adapters/event-queries.ts'

export function marketplaceApiMigrations(): Promise<Migration[]> {
  return readMigrations('marketplace-api', new URL('../migrations/', import.meta.url))
}
