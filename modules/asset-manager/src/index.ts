import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { assetManagerQueries } from './adapters/delivery-rows.ts'
import type { AssetManagerDeps } from './app/deps.ts'
import { createAssetManager } from './module.ts'

export const assetManagerModule = {
  name: 'asset-manager',
  migrations: new URL('../migrations/', import.meta.url),
  queries: assetManagerQueries,
  create: (given: Surroundings & Pick<AssetManagerDeps, 'onli'>): Module =>
    createAssetManager({ ...given, authenticator: given.standings(given.database) }),
} satisfies ModuleDefinition
