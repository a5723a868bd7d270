import { randomBytes } from 'node:crypto'
import { assetManagerQueries, createAssetManager } from '@species/asset-manager'
import { authenticatorQueries, createStandingDirectory } from '@species/authenticator'
import { cashierQueries, createCashier } from '@species/cashier'
import { classifierVersion, createClassifier } from '@species/classifier'
import { configQueries, createConfigReader, defaultConfig, ensureFirstVersion } from '@species/config'
import { createFloorManager, floorManagerQueries, openReceiptSigner } from '@species/floor-manager'
import { createAccept, createMarketplaceApi, marketplaceQueries } from '@species/marketplace-api'
import { createMatching, matchingQueries } from '@species/matching'
import { type Bus, createDeadLetters, createInProcessBus } from '@species/bus'
import type { Database } from '@species/database'
import {
  type Metrics,
  Secret,
  createLogger,
  createMetrics,
  createSealer,
  startJobs,
  systemClock,
  systemIds,
  systemPace,
} from '@species/platform'
import { createValidator, validatorQueries } from '@species/validator'
import { startUnits, vaults } from './load-users.ts'
import { createInstantOnli } from './partners.ts'

/** One for all worlds of a run: what one has sealed the next one opens. */
const masterKey = new Secret(randomBytes(32).toString('hex'))

/** All modules in this process, with partners that answer at once: no sockets but the database's. */
export interface ModulesWorld {
  readonly accept: ReturnType<typeof createAccept>
  readonly metrics: Metrics
  /** Messages that wait anywhere. */
  waiting(): number
  /** Broken invariants of ledger and book, in words. */
  audit(): Promise<string[]>
  close(): Promise<void>
}

/** Composes the modules as the program does, without HTTP; `onEnd` hears how many events have ended, and how. */
export async function openModules(
  database: Database,
  onEnd: (end: 'completed' | 'failed', eventKeys: readonly string[]) => void,
): Promise<ModulesWorld> {
  const log = createLogger({ level: 'warn', stream: process.stderr })
  const metrics = createMetrics()
  const deadLetters = createDeadLetters(database, systemClock)
  const bus = createInProcessBus({ ids: systemIds, log, deadLetters, maxAttempts: 8, metrics })
  const platform = { database, bus, clock: systemClock, ids: systemIds, log, metrics }
  const depositAddresses = [`0x${'d'.repeat(40)}`]
  await ensureFirstVersion(
    database,
    defaultConfig({
      depositAddresses: {
        ETH: depositAddresses,
        BSC: depositAddresses,
        POLYGON: depositAddresses,
        TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'],
      },
      escrowVault: vaults.escrow,
      poolVault: vaults.liquidityPool,
    }),
    systemClock,
  )
  const config = createConfigReader({ queries: configQueries(database), bus, clock: systemClock })
  const onli = createInstantOnli(startUnits)
  const sealer = createSealer([masterKey], systemIds)
  const standings = createStandingDirectory()
  const signer = await openReceiptSigner({ database, sealer, clock: systemClock, sandbox: true })
  const queries = {
    authenticator: authenticatorQueries(database),
    marketplace: marketplaceQueries(database),
    validator: validatorQueries(database),
    matching: matchingQueries(database),
    cashier: cashierQueries(database),
    assetManager: assetManagerQueries(database),
    floorManager: floorManagerQueries(database),
  }
  const api = {
    ...platform,
    config,
    classifierVersion,
    stages: [],
    maxBacklog: Infinity,
    unproven: queries.validator.unproven,
    acceptPace: systemPace(3),
  }
  const modules = [
    createMarketplaceApi(api),
    createClassifier(platform),
    createValidator({
      ...platform,
      config,
      latestConfig: configQueries,
      chainReaders: [],
      authenticator: queries.authenticator,
    }),
    createMatching({ ...platform, config, cashier: cashierQueries, authenticator: standings }),
    createCashier({ ...platform, config, latestConfig: configQueries, authenticator: authenticatorQueries }),
    createAssetManager({ ...platform, config, onli, authenticator: standings(database) }),
    createFloorManager({ ...platform, config, onli, signer, sandbox: true, queries }),
  ]
  for (const one of modules.flatMap((module) => module.consumers)) bus.subscribe(hearingEnds(one, onEnd))
  for (const module of modules) await module.start?.()
  await bus.start()
  const jobs = startJobs(
    modules.flatMap((module) => module.jobs),
    log,
  )
  return {
    accept: createAccept(api),
    metrics,
    waiting: () => [...bus.backlog().values()].reduce((sum, count) => sum + count, 0),
    audit: async () => [...(await queries.cashier.auditLedger()), ...(await queries.matching.auditBook())],
    async close() {
      await jobs.stop()
      await bus.close()
    },
  }
}

type AnyConsumer = Parameters<Bus['subscribe']>[0]

/** An event has ended when marketplace-api, the last to hear of it, has stored that it has. */
function hearingEnds(
  consumer: AnyConsumer,
  onEnd: (end: 'completed' | 'failed', eventKeys: readonly string[]) => void,
): AnyConsumer {
  const end = /^marketplace-api-(completed|failed)$/.exec(consumer.name)?.[1]
  if (end !== 'completed' && end !== 'failed') return consumer
  return {
    ...consumer,
    handle: async (batch) => {
      const outgoing = await consumer.handle(batch)
      onEnd(
        end,
        batch.map((message) => message.key),
      )
      return outgoing
    },
  }
}
