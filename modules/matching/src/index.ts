import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { matchingQueries } from './adapters/listing-rows.ts'
import { createMatching } from './module.ts'

export { createMatchPreview } from './app/preview-match.ts'
export { createUnitHolds } from './app/unit-holds.ts'

export const matchingModule = {
  name: 'matching',
  migrations: new URL('../migrations/', import.meta.url),
  queries: matchingQueries,
  create: (given: Surroundings): Module =>
    createMatching({ ...given, cashier: given.ask.cashier, authenticator: given.standings }),
} satisfies ModuleDefinition
