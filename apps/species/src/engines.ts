import { assetManagerMigrations } from '@species/asset-manager'
import { authenticatorMigrations } from '@species/authenticator'
import { cashierMigrations } from '@species/cashier'
import { configMigrations } from '@species/config'
import { floorManagerMigrations } from '@species/floor-manager'
import { marketplaceApiMigrations } from '@species/marketplace-api'
import { matchingMigrations } from '@species/matching'
import {
  type Bus,
  type Database,
  createInProcessBus,
  createJetStreamBus,
  openPglite,
  openPostgres,
  runtimeMigrations,
} from '@species/runtime'
import { validatorMigrations } from '@species/validator'
import type { DataDirectory } from './local/data-directory.ts'
import type { Settings } from './settings.ts'

/** The real engine where its address is set, the embedded one where it is not; no module can tell. */
export async function openBus(settings: Settings, context: Parameters<typeof createInProcessBus>[0]): Promise<Bus> {
  if (!settings.nats) return createInProcessBus(context)
  const { url, prefix, tls } = settings.nats
  return await createJetStreamBus({ url: url.reveal(), ...(tls ? { tls } : {}) }, { ...context, prefix })
}

export async function openDatabase(settings: Settings, directory: DataDirectory): Promise<Database> {
  return settings.database.kind === 'embedded'
    ? await openPglite(directory.database)
    : openPostgres(settings.database.url.reveal(), { poolSize: 10 })
}

/** Every migration of the program, in the order in which the modules need each other. */
export async function allMigrations(): ReturnType<typeof runtimeMigrations> {
  const readers = [
    runtimeMigrations,
    configMigrations,
    authenticatorMigrations,
    marketplaceApiMigrations,
    validatorMigrations,
    matchingMigrations,
    cashierMigrations,
    assetManagerMigrations,
    floorManagerMigrations,
  ]
  return (await Promise.all(readers.map((read) => read()))).flat()
}
