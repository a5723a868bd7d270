import { type Migration, readMigrations } from '@species/database'

export { createFloorManager } from './module.ts'
export type { FloorManagerDeps } from './app/deps.ts'
export { floorManagerQueries } from './adapters/receipt-rows.ts'
export { createReceiptPresenter } from './adapters/receipt-presenter.ts'
export { type ReceiptSigner, createReceiptSigner, openReceiptSigner, publicKeys } from './adapters/receipt-signer.ts'

export function floorManagerMigrations(): Promise<Migration[]> {
  return readMigrations('floor-manager', new URL('../migrations/', import.meta.url))
}
