import { type Module, type ModuleDefinition, type Surroundings, answersOver } from '@species/flow'
import type { ReconciliationDeps } from './app/deps.ts'
import { createReconciliation } from './module.ts'

export const reconciliationModule = {
  name: 'reconciliation',
  migrations: new URL('../migrations/', import.meta.url),
  create: (
    given: Surroundings &
      Pick<ReconciliationDeps, 'onli' | 'chainScouts' | 'playChains' | 'book' | 'signer' | 'sandbox'>,
  ): Module => createReconciliation({ ...given, queries: answersOver(given.ask, given.database) }),
} satisfies ModuleDefinition
