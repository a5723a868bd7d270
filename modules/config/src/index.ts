import { type Migration, readMigrations } from '@species/database'

export { createConfig } from './module.ts'
export type { ConfigDeps } from './http/operate.ts'
export { configQueries } from './adapters/version-rows.ts'
export { createConfigReader } from './app/config-reader.ts'
export { defaultConfig, ensureFirstVersion } from './app/first-version.ts'

export function configMigrations(): Promise<Migration[]> {
  return readMigrations('config', new URL('../migrations/', import.meta.url))
}
