import { assetManagerQueries, createAssetManager } from '@species/asset-manager'
import { authenticatorQueries, createAuthenticator, createStandingDirectory } from '@species/authenticator'
import { cashierQueries, createCashier } from '@species/cashier'
import { classifierVersion, createClassifier } from '@species/classifier'
import { configQueries, createConfig, createConfigReader } from '@species/config'
import type { AssetLedger, ChainReader } from '@species/contracts'
import {
  type FloorManagerDeps,
  createFloorManager,
  createReceiptPresenter,
  floorManagerQueries,
} from '@species/floor-manager'
import { createAccept, createMarketplaceApi, marketplaceQueries } from '@species/marketplace-api'
import { createMatching, matchingQueries } from '@species/matching'
import { createReporter } from '@species/reporter'
import type { Database } from '@species/database'
import type { Module } from '@species/flow'
import type { Endpoint } from '@species/http'
import type { Clock, Ids, Job, Logger, Metrics } from '@species/platform'
import { createValidator, validatorQueries } from '@species/validator'
import type { SimulatedBus } from './bus.ts'
import { Life, databaseOf, ledgerOf, readerOf } from './life.ts'

/** What outlives a process: the database, the bus, the partners, the time. */
export interface Surroundings {
  readonly database: Database
  readonly bus: SimulatedBus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
  readonly signer: FloorManagerDeps['signer']
  readonly onli: AssetLedger
  readonly chain: ChainReader
}

/** One run of the marketplace, from its start to its death. */
export interface Process {
  readonly life: Life
  readonly accept: ReturnType<typeof createAccept>
  readonly jobs: ReadonlyMap<string, Job>
  readonly endpoints: readonly Endpoint[]
}

/** Starts all modules in one process, as the program composes them, without HTTP and without signatures of requests. */
export async function startProcess(around: Surroundings): Promise<Process> {
  const { clock, ids, log, metrics, signer } = around
  const life = new Life()
  const database = databaseOf(life, around.database)
  const onli = ledgerOf(life, around.onli)
  const bus = around.bus.portOf(life)
  const platform = { database, bus, clock, ids, log, metrics }
  const config = createConfigReader({ queries: configQueries(database), bus, clock })
  const standings = createStandingDirectory()
  const queries = {
    authenticator: authenticatorQueries(database),
    marketplace: marketplaceQueries(database),
    validator: validatorQueries(database),
    matching: matchingQueries(database),
    cashier: cashierQueries(database),
    assetManager: assetManagerQueries(database),
    floorManager: floorManagerQueries(database),
  }
  // Without a pace: the machine's own time has no place here.
  const api = {
    ...platform,
    config,
    classifierVersion,
    stages: [],
    maxBacklog: Infinity,
    unproven: queries.validator.unproven,
    acceptPace: undefined,
  }
  const chainReaders = [readerOf(life, around.chain)]
  const modules: Module[] = [
    createConfig({ ...platform, sandboxAddresses: {} }),
    createMarketplaceApi(api),
    createAuthenticator({ ...platform, config, assetLedger: onli, sealer: nothingSealed, verifier: nobodyVerified }),
    createClassifier(platform),
    createValidator({
      ...platform,
      config,
      latestConfig: configQueries,
      chainReaders,
      authenticator: queries.authenticator,
    }),
    createMatching({ ...platform, config, cashier: cashierQueries, authenticator: standings }),
    createCashier({ ...platform, config, latestConfig: configQueries, authenticator: authenticatorQueries }),
    createAssetManager({ ...platform, config, onli, authenticator: standings(database) }),
    createFloorManager({ ...platform, config, onli, signer, sandbox: true, queries }),
    createReporter({ ...platform, queries, presentReceipt: createReceiptPresenter(signer), keepsPages: true }),
  ]
  for (const one of modules.flatMap((module) => module.consumers)) bus.subscribe(one)
  for (const module of modules) await module.start?.()
  const jobs = new Map(modules.flatMap((module) => module.jobs).map((job) => [job.name, job]))
  return { life, accept: createAccept(api), jobs, endpoints: modules.flatMap((module) => module.endpoints) }
}

/** Only what it hears over the bus is played here: nobody signs, so nobody is verified and nothing is sealed. */
const nothingSealed = {
  seal: () => {
    throw new Error('the simulation seals nothing')
  },
  open: () => {
    throw new Error('the simulation opens nothing')
  },
}
const nobodyVerified = { forget: () => undefined }
