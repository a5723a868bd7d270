export * from './bus/bus.ts'
export * from './bus/dead-letters.ts'
export * from './bus/in-process.ts'
export * from './bus/jetstream.ts'
export * from './bus/nats.ts'
export * from './bus/process-batch.ts'
export * from './clock.ts'
export * from './coalesce.ts'
export * from './database/checkpoints.ts'
export * from './database/database.ts'
export * from './database/directory-lock.ts'
export * from './database/migrate.ts'
export * from './database/pglite.ts'
export * from './database/postgres.ts'
export * from './http/app.ts'
export * from './http/endpoint.ts'
export * from './http/problem.ts'
export * from './http/strict-json.ts'
export * from './jobs.ts'
export * from './log.ts'
export * from './metrics.ts'
export * from './module.ts'
export * from './rate-limiter.ts'
export * from './sealing.ts'
export * from './secret.ts'
export * from './system.ts'

import { readMigrations, type Migration } from './database/migrate.ts'

/** The tables the runtime itself needs. */
export function runtimeMigrations(): Promise<Migration[]> {
  return readMigrations('runtime', new URL('../migrations/', import.meta.url))
}
