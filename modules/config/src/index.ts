import type { ModuleDefinition } from '@species/flow'
import { configQueries } from './adapters/version-rows.ts'
import { createConfig } from './module.ts'

export { createConfigReader } from './app/config-reader.ts'
export { defaultConfig, ensureFirstVersion } from './app/first-version.ts'

export const configModule = {
  name: 'config',
  migrations: new URL('../migrations/', import.meta.url),
  queries: configQueries,
  create: createConfig,
} satisfies ModuleDefinition
