import { type Migration, readMigrations } from '@species/database'

export { createValidator } from './module.ts'
export type { ValidatorDeps } from './app/deps.ts'
export { validatorQueries } from './adapters/verdict-rows.ts'

export function validatorMigrations(): Promise<Migration[]> {
  return readMigrations('validator', new URL('../migrations/', import.meta.url))
}
