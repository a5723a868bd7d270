import { type Module, type ModuleDefinition, type Surroundings, answersOver } from '@species/flow'
import { floorManagerQueries } from './adapters/receipt-rows.ts'
import type { FloorManagerDeps } from './app/deps.ts'
import { createFloorManager } from './module.ts'

export { createReceiptPresenter } from './adapters/receipt-presenter.ts'
export { type ReceiptSigner, createReceiptSigner, openReceiptSigner } from './adapters/receipt-signer.ts'
export { publicKeys } from './adapters/signing-keys.ts'

export const floorManagerModule = {
  name: 'floor-manager',
  migrations: new URL('../migrations/', import.meta.url),
  queries: floorManagerQueries,
  create: (
    given: Surroundings &
      Pick<FloorManagerDeps, 'onli' | 'signer' | 'sandbox'> & { readonly access: Pick<FloorManagerDeps, 'sealer'> },
  ): Module =>
    createFloorManager({
      ...given,
      sealer: given.access.sealer,
      queries: answersOver(given.ask, given.database),
    }),
} satisfies ModuleDefinition
