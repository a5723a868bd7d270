import { type Migration, readMigrations } from '@species/database'

export { createAssetManager } from './module.ts'
export type { AssetManagerDeps } from './app/deps.ts'
export { assetManagerQueries } from './adapters/delivery-rows.ts'

export function assetManagerMigrations(): Promise<Migration[]> {
  return readMigrations('asset-manager', new URL('../migrations/', import.meta.url))
}
