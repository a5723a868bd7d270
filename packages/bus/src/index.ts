export * from './bus.ts'
export * from './dead-letters.ts'
export * from './in-process.ts'
export * from './jetstream.ts'
export * from './nats.ts'
export * from './process-batch.ts'
export * from './with-calls.ts'

import { type Migration, readMigrations } from '@species/database'

/** The bus's own tables. Their module is named `runtime` in stored rows, as it was called when they were made. */
export function busMigrations(): Promise<Migration[]> {
  return readMigrations('runtime', new URL('../migrations/', import.meta.url))
}
