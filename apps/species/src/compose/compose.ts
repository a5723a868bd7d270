import { assetManagerQueries, createAssetManager } from '@species/asset-manager'
import {
  authenticatorQueries,
  createAuthenticator,
  createRequestVerifier,
  createStandingDirectory,
  ensureOperatorKey,
} from '@species/authenticator'
import { cashierQueries, createCashier, estimateOf } from '@species/cashier'
import { classifierVersion, classify, createClassifier } from '@species/classifier'
import { configQueries, createConfig, createConfigReader, defaultConfig, ensureFirstVersion } from '@species/config'
import { type AssetLedger, type ChainReader, type ModuleName, chains } from '@species/contracts'
import {
  type ReceiptSigner,
  createFloorManager,
  createReceiptPresenter,
  floorManagerQueries,
  openReceiptSigner,
  publicKeys,
} from '@species/floor-manager'
import { createMarketplaceApi, marketplaceQueries } from '@species/marketplace-api'
import { createMatchPreview, createMatching, matchingQueries } from '@species/matching'
import { createReporter } from '@species/reporter'
import { type Bus, type DeadLetterStore, createDeadLetters, attemptsUntilParked as maxAttempts } from '@species/bus'
import type { TieredCache } from '@species/cache'
import { type Database, type Replicas, type Sql, checkpointJob, lockDirectory, watchWrites } from '@species/database'
import type { Module } from '@species/flow'
import { createHttpApp } from '@species/http'
import {
  type Clock,
  type Ids,
  type Job,
  type Logger,
  type Metrics,
  Secret,
  createMetrics,
  createSealer,
  startJobs,
  systemClock,
  systemIds,
  systemPace,
} from '@species/platform'
import type { Sandbox } from '@species/sandbox'
import { createValidator, validatorQueries } from '@species/validator'
import { generateEd25519 } from '@species/sdk'
import { DataDirectory } from '../processes/data-directory.ts'
import { embeddedVaults, firstDepositAddresses, sandboxAddressesOnRealChains } from './defaults.ts'
import { openBus, openDatabase, openPageReplicas, openShared } from './engines.ts'
import { makeMarketVaults, needsSandbox, openPartners, openSandbox } from './partners.ts'
import { countStates } from '../operations/count-states.ts'
import { operationEndpoints } from '../operations/endpoints.ts'
import { type Health, createHealth } from '../operations/health.ts'
import type { Settings } from '../settings/settings.ts'

/** The whole marketplace, put together and running; it serves requests through `fetch`. */
export interface Program {
  /** `env` is what the server knows beside the request: Node's own message, with the caller's address. */
  fetch(request: Request, env?: object): Promise<Response>
  readonly sandbox: Sandbox | undefined
  readonly directory: DataDirectory
  readonly metrics: Metrics
  /** Random, made at the start: `/health/live` tells it, so that who has a note of an address knows whether it is still true. */
  readonly instance: string
  close(): Promise<void>
}

export interface ComposeOptions {
  readonly log: Logger
  /** The modules whose messages and jobs this process works on; all, unless said. It answers every request either way. */
  readonly modules?: readonly ModuleName[]
  /** For tests and drills: messages in this process are encoded and parsed as over a wire. */
  readonly asOverAWire?: boolean
  /** For tests and drills: wraps the bus, to lose, repeat or stop at a message. */
  readonly wrapBus?: (bus: Bus) => Bus
  /** For drills: sees the database before anybody uses it. */
  readonly wrapDatabase?: (database: Database) => Database
  readonly clock?: Clock
  readonly ids?: Ids
  /** Throws a Fault where there is no marketplace yet, instead of making one. */
  readonly onlyExisting?: boolean
}

/** Another process has the data directory. */
export class DirectoryTaken extends Error {
  override readonly name = 'DirectoryTaken'
}

/** A message that did not fail for so long was worked on. */
const countsLifeMs = 7 * 86_400_000
const maxBacklog = 4_000
/** New events that come within so long of each other are kept together. */
const acceptPaceMs = 3

/**
 * Builds the runtime, creates the modules and starts them, in the order in which they need each other; what was opened is
 * closed in reverse. Nothing is served before it returns.
 */
export async function compose(settings: Settings, options: ComposeOptions): Promise<Program> {
  const closers: (() => Promise<void> | void)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return await build(settings, options, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(
  settings: Settings,
  options: ComposeOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Program> {
  const { log, clock = systemClock, ids = systemIds } = options
  const directory = new DataDirectory(settings.dataDirectory)
  if (settings.database.kind === 'embedded') closers.push(holdDirectory(settings.dataDirectory))
  // Before the database is made: a start that dies in between leaves no database whose key nobody has.
  const masterKeys = settings.masterKeys ?? ([new Secret(directory.masterKey())] as const)
  const sandbox = await openSandbox(settings, directory, { clock, log })
  if (sandbox) closers.push(() => sandbox.close())
  const opened = await openDatabase(settings, directory, { clock, log, onlyExisting: options.onlyExisting ?? false })
  const { database, whyNoWrites } = watchWrites(options.wrapDatabase?.(opened) ?? opened)
  closers.push(() => database.close())

  const metrics = createMetrics()
  const shared = openShared(settings, { clock, metrics, log })
  closers.push(() => shared.close())
  const replicas = openPageReplicas(settings, database, { clock, metrics, log })
  if (replicas) closers.push(() => replicas.close())
  const deadLetters = createDeadLetters(database, clock)
  const { asOverAWire = false } = options
  const plainBus = await openBus(settings, { ids, log, deadLetters, maxAttempts, metrics, asOverAWire })
  closers.push(() => plainBus.close())
  const isConnected = { nats: plainBus.isConnected?.bind(plainBus), redis: shared.isAnswering }
  const health = createHealth({ database, whyNoWrites, clock, metrics, isConnected })
  const bus = countStates(options.wrapBus?.(plainBus) ?? plainBus, metrics)
  const sealer = createSealer(masterKeys, ids)
  const platform: Platform = { database, bus, clock, ids, log, metrics }

  // Before anything is written or asked: on a database of the other kind nothing may happen.
  const sandboxed = needsSandbox(settings)
  const signer = await openReceiptSigner({ database, sealer, clock, sandbox: sandboxed })
  await makeFirstConfig(settings, platform)
  const config = createConfigReader({ queries: configQueries(database), bus, clock })
  const { onli, chainReaders } = openPartners(settings, sandbox, platform)
  if (options.modules?.includes('asset-manager') ?? true) await makeMarketVaults(onli)

  const verifier = createRequestVerifier({ ...platform, sealer })
  const domain = new URL(settings.publicUrl ?? 'http://localhost').host
  const auth = { ...platform, domain, sealer, assetLedger: onli, config, verifier }
  await ensureOperatorKey(platform, operatorKey(directory))
  const modules = createModules(platform, {
    config,
    onli,
    chainReaders,
    sandbox: sandboxed,
    signer,
    sandboxAddresses: sandboxAddressesOnRealChains(settings),
    pages: { keepsPages: options.modules?.includes('reporter') ?? true, cache: shared.cache, replicas },
    auth,
    health,
  })

  directory.writePublicKeys(await publicKeys(database))

  const working = await startModules(bus, modules, options.modules)
  closers.push(() => stopModules(working))
  const regular = ownJobs(database, deadLetters, health, platform)
  const jobs = startJobs([...working.flatMap((module) => module.jobs), ...regular], log)
  closers.push(() => jobs.stop())

  const instance = ids.uuid()
  const own = operationEndpoints({
    ...platform,
    deadLetters,
    instance,
    health,
    hasMetricsPage: settings.metricsPort === undefined,
  })
  const endpoints = [...modules.flatMap((module) => module.endpoints), ...own]
  const { limiter, addressLimiter } = shared
  const app = createHttpApp({ endpoints, verifier, limiter, addressLimiter, log, metrics, ...addressOf(settings) })
  return { fetch: async (request, env) => await app.fetch(request, env), sandbox, directory, metrics, instance, close }
}

/** By which names requests may be signed for this process. */
function addressOf({ host, publicUrl }: Settings): { host: string; publicUrl?: string } {
  return publicUrl === undefined ? { host } : { host, publicUrl }
}

/** The first configuration. On real chains we cannot know where to pay, so that one is closed; says so once. */
async function makeFirstConfig(settings: Settings, { database, clock, log }: Platform): Promise<void> {
  const config = defaultConfig({
    depositAddresses: firstDepositAddresses(settings),
    ...embeddedVaults,
    ...(needsSandbox(settings) ? { walletTransferMs: 0 } : {}),
  })
  const isMade = await ensureFirstVersion(database, config, clock)
  const closed = chains.filter((chain) => !config.chains[chain].enabled)
  if (isMade && closed.length > 0)
    log.warn(
      { closed },
      `No payment is taken on ${closed.join(', ')}${config.trading === 'off' ? ', and trading is off' : ''}: name your deposit addresses, enable the chains and turn trading on with PUT /admin/v1/config.`,
    )
}

/** Holds the directory for this process; answers with the way to let go. */
function holdDirectory(path: string): () => void {
  const lock = lockDirectory(path)
  if (!lock) throw new DirectoryTaken(`another process holds ${path}`)
  return () => {
    lock.release()
  }
}

/** What pages ask, over whichever database they are read from. */
function pageQueries(sql: Sql): Parameters<typeof createReporter>[0]['queries'] {
  return {
    authenticator: authenticatorQueries(sql),
    marketplace: marketplaceQueries(sql),
    floorManager: floorManagerQueries(sql),
    cashier: cashierQueries(sql),
    matching: matchingQueries(sql),
  }
}

/** Subscribes and starts the modules of this process, and declares what the others wait for. Answers with its own. */
async function startModules(
  bus: Bus,
  modules: readonly Module[],
  wanted: readonly ModuleName[] | undefined,
): Promise<Module[]> {
  const working = modules.filter((module) => wanted?.includes(module.name) ?? true)
  for (const module of modules) {
    for (const one of module.consumers) {
      if (working.includes(module)) bus.subscribe(one)
      else bus.declare(one)
    }
  }
  for (const module of working) await module.start?.()
  await bus.start()
  return working
}

async function stopModules(modules: readonly Module[]): Promise<void> {
  for (const module of modules) await module.stop?.()
}

interface Platform {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
}

function createModules(
  platform: Platform,
  more: {
    config: ReturnType<typeof createConfigReader>
    onli: AssetLedger
    chainReaders: readonly ChainReader[]
    sandbox: boolean
    signer: ReceiptSigner
    sandboxAddresses: ReturnType<typeof sandboxAddressesOnRealChains>
    pages: { keepsPages: boolean; cache: TieredCache; replicas: Replicas | undefined }
    auth: Parameters<typeof createAuthenticator>[0]
    health: Health
  },
): Module[] {
  const { database } = platform
  const { config, onli, chainReaders, sandbox, signer, sandboxAddresses, pages } = more
  const queries = {
    authenticator: authenticatorQueries(database),
    marketplace: marketplaceQueries(database),
    validator: validatorQueries(database),
    matching: matchingQueries(database),
    cashier: cashierQueries(database),
    assetManager: assetManagerQueries(database),
    floorManager: floorManagerQueries(database),
  }
  const stages = [queries.validator, queries.matching, queries.cashier, queries.assetManager, queries.floorManager].map(
    (answers) => (eventKey: string) => answers.stageOf(eventKey),
  )
  const standings = createStandingDirectory()
  const match = createMatchPreview({ ...platform, authenticator: standings })
  const preview = { classify, match, estimate: estimateOf }
  return [
    createConfig({ ...platform, sandboxAddresses }),
    createAuthenticator(more.auth),
    createMarketplaceApi({
      ...platform,
      config,
      health: more.health,
      classifierVersion,
      stages,
      preview,
      maxBacklog,
      unproven: queries.validator.unproven,
      acceptPace: systemPace(acceptPaceMs),
    }),
    createClassifier(platform),
    createValidator({
      ...platform,
      config,
      latestConfig: configQueries,
      asksAtOnce: true,
      chainReaders,
      authenticator: queries.authenticator,
    }),
    createMatching({ ...platform, config, cashier: cashierQueries, authenticator: standings }),
    createCashier({ ...platform, config, latestConfig: configQueries, authenticator: authenticatorQueries }),
    createAssetManager({ ...platform, config, onli, authenticator: standings(database) }),
    createFloorManager({ ...platform, config, onli, signer, sandbox, queries }),
    createReporter({
      ...platform,
      queries,
      presentReceipt: createReceiptPresenter(signer),
      keepsPages: pages.keepsPages,
      cache: pages.cache,
      ...(pages.replicas
        ? { replica: { queries: pageQueries(pages.replicas), maxLagMs: pages.replicas.maxLagMs } }
        : {}),
    }),
  ]
}

/** The operator's key of this data directory: the command line signs with it. Made once; only its public half is stored. */
function operatorKey(directory: DataDirectory): { keyId: string; publicKey: string } {
  const key = directory.ensureKey('operator', () => ({
    alg: 'ed25519',
    keyId: `key_operator_${Buffer.from(systemIds.bytes(6)).toString('hex')}`,
    ...generateEd25519(),
  }))
  if (key.alg !== 'ed25519') throw new Error(`the operator's key in ${directory.path} is not an Ed25519 key`)
  return key
}

function ownJobs(
  database: Database,
  deadLetters: DeadLetterStore,
  health: Health,
  { clock, metrics, bus }: Platform,
): Job[] {
  return [
    ...(database.engine === 'pglite' ? [checkpointJob(database, clock)] : []),
    {
      // Asked by nobody too, so that since when something is away is true.
      name: 'health',
      everyMs: 1_000,
      async run() {
        await health()
      },
    },
    {
      name: 'forget-counts',
      everyMs: 3_600_000,
      run: () => deadLetters.forgetCounts(clock.now() - countsLifeMs),
    },
    {
      name: 'bus-gauges',
      everyMs: 2_000,
      async run() {
        for (const [consumer, waiting] of bus.backlog()) metrics.backlog.set({ consumer }, waiting)
        const { parked, oldestAtMs } = await deadLetters.summary()
        metrics.deadLetters.set(parked)
        metrics.oldestDeadLetterSeconds.set(oldestAtMs === undefined ? 0 : (clock.now() - oldestAtMs) / 1_000)
      },
    },
  ]
}
