import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { payoutsQueries } from './adapters/queries.ts'
import type { PayoutsDeps } from './app/deps.ts'
export { createProceedsPort } from './app/allow-proceeds.ts'
export { createHaltPayouts } from './app/halt-payouts.ts'
import { createPayouts } from './module.ts'

export const payoutsModule = {
  name: 'payouts',
  migrations: new URL('../migrations/', import.meta.url),
  queries: payoutsQueries,
  create: (given: Surroundings & Pick<PayoutsDeps, 'chainReaders' | 'payoutSender'>): Module =>
    createPayouts({
      ...given,
      latestConfig: given.ask.config,
      authenticator: given.ask.authenticator,
      cashier: given.ask.cashier,
      matching: given.ask.matching,
      marketplace: given.ask.marketplace,
      validator: given.ask.validator,
    }),
} satisfies ModuleDefinition
