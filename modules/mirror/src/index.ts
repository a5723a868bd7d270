import type { BookPort } from '@species/contracts'
import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { mirrorQueries } from './adapters/queries.ts'
import { createMirror } from './module.ts'

export const mirrorModule = {
  name: 'mirror',
  migrations: new URL('../migrations/', import.meta.url),
  queries: mirrorQueries,
  create: (given: Surroundings & { readonly book?: BookPort }): Module => {
    const { book, ask, database } = given
    return createMirror(book && { ...given, book, ledger: ask.cashier(database) })
  },
} satisfies ModuleDefinition
