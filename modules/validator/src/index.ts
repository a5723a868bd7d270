import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import type { ClaimsPort, ConfigQueries } from '@species/contracts'
import type { Sql } from '@species/database'
import { claimsPort } from './adapters/claims-port.ts'
import { validatorQueries } from './adapters/verdict-rows.ts'
import type { ValidatorDeps } from './app/deps.ts'
import { createValidator } from './module.ts'

/** The table of claims, for modules that claim transfers in a transaction of their own. */
export function createClaims(config: (sql: Sql) => Pick<ConfigQueries, 'latest'>): (tx: Sql) => ClaimsPort {
  return (tx) => claimsPort(tx, () => config(tx).latest())
}

export const validatorModule = {
  name: 'validator',
  migrations: new URL('../migrations/', import.meta.url),
  queries: validatorQueries,
  create: (given: Surroundings & Pick<ValidatorDeps, 'chainReaders' | 'asksAtOnce' | 'quotes'>): Module =>
    createValidator({
      ...given,
      latestConfig: given.ask.config,
      authenticator: given.ask.authenticator(given.database),
    }),
} satisfies ModuleDefinition
