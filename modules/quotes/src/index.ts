import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import type { QuotesDeps } from './app/deps.ts'
import { createQuotes } from './module.ts'

export { createQuotesPort } from './app/quotes-port.ts'

type Given = Surroundings &
  Pick<
    QuotesDeps,
    'custodian' | 'custodyHints' | 'chainReaders' | 'unitHolds' | 'signer' | 'sandbox' | 'classifierVersion' | 'preview'
  >

export const quotesModule = {
  name: 'quotes',
  migrations: new URL('../migrations/', import.meta.url),
  create: (given: Given): Module =>
    createQuotes({
      ...given,
      authenticator: given.ask.authenticator(given.database),
      deposits: given.ask.deposits(given.database),
      marketplace: given.ask.marketplace(given.database),
    }),
} satisfies ModuleDefinition
