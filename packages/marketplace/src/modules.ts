import { assetManagerModule } from '@species/asset-manager'
import { authenticatorModule } from '@species/authenticator'
import { cashierModule } from '@species/cashier'
import { classifierModule } from '@species/classifier'
import { configModule } from '@species/config'
import type { Migration } from '@species/database'
import { depositsModule } from '@species/deposits'
import { floorManagerModule } from '@species/floor-manager'
import { type Ask, migrationsOf } from '@species/flow'
import { marketplaceApiModule } from '@species/marketplace-api'
import { matchingModule } from '@species/matching'
import { payoutsModule } from '@species/payouts'
import { mirrorModule } from '@species/mirror'
import { quotesModule } from '@species/quotes'
import { reconciliationModule } from '@species/reconciliation'
import { reporterModule } from '@species/reporter'
import { validatorModule } from '@species/validator'
import { webhooksModule } from '@species/webhooks'

/** All modules, in the order in which they are made, migrated and started. */
export const modules = {
  config: configModule,
  authenticator: authenticatorModule,
  marketplace: marketplaceApiModule,
  classifier: classifierModule,
  validator: validatorModule,
  matching: matchingModule,
  cashier: cashierModule,
  assetManager: assetManagerModule,
  floorManager: floorManagerModule,
  reporter: reporterModule,
  webhooks: webhooksModule,
  payouts: payoutsModule,
  deposits: depositsModule,
  mirror: mirrorModule,
  quotes: quotesModule,
  reconciliation: reconciliationModule,
} as const

/** Who answers the questions that modules ask each other. */
export const ask: Ask = {
  config: configModule.queries,
  authenticator: authenticatorModule.queries,
  marketplace: marketplaceApiModule.queries,
  validator: validatorModule.queries,
  matching: matchingModule.queries,
  cashier: cashierModule.queries,
  assetManager: assetManagerModule.queries,
  floorManager: floorManagerModule.queries,
  deposits: depositsModule.queries,
  mirror: mirrorModule.queries,
  payouts: payoutsModule.queries,
}

/** Every migration there is, in the order in which they run. */
export function marketplaceMigrations(): Promise<Migration[]> {
  return migrationsOf(Object.values(modules))
}
