import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { validatorQueries } from './adapters/verdict-rows.ts'
import type { ValidatorDeps } from './app/deps.ts'
import { createValidator } from './module.ts'

export const validatorModule = {
  name: 'validator',
  migrations: new URL('../migrations/', import.meta.url),
  queries: validatorQueries,
  create: (given: Surroundings & Pick<ValidatorDeps, 'chainReaders' | 'asksAtOnce'>): Module =>
    createValidator({
      ...given,
      latestConfig: given.ask.config,
      authenticator: given.ask.authenticator(given.database),
    }),
} satisfies ModuleDefinition
