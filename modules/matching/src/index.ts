import { type Migration, readMigrations } from '@species/database'

export { createMatching } from './module.ts'
export { createMatchPreview } from './app/preview-match.ts'
export type { MatchingDeps } from './app/deps.ts'
export { matchingQueries } from './adapters/listing-rows.ts'

export function matchingMigrations(): Promise<Migration[]> {
  return readMigrations('matching', new URL('../migrations/', import.meta.url))
}
