import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { cashierQueries } from './adapters/ledger-queries.ts'
import { createCashier } from './module.ts'

export { createAgentGate } from './app/agent-gate.ts'
export { createLedgerPort } from './app/ledger-port.ts'
export { payingAccounts } from './app/paying-accounts.ts'
export { estimateOf, withinLimits, withinMandate } from './domain/estimate.ts'

export const cashierModule = {
  name: 'cashier',
  migrations: new URL('../migrations/', import.meta.url),
  queries: cashierQueries,
  create: (given: Surroundings): Module =>
    createCashier({ ...given, latestConfig: given.ask.config, authenticator: given.ask.authenticator }),
} satisfies ModuleDefinition
