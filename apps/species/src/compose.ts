import { readFileSync } from 'node:fs'
import { assetManagerMigrations, assetManagerQueries, createAssetManager } from '@species/asset-manager'
import {
  authenticatorMigrations,
  authenticatorQueries,
  createAuthenticator,
  createRequestVerifier,
  ensureOperatorKey,
} from '@species/authenticator'
import { cashierMigrations, cashierQueries, createCashier } from '@species/cashier'
import { classifierVersion, createClassifier } from '@species/classifier'
import {
  configMigrations,
  configQueries,
  createConfig,
  createConfigReader,
  defaultConfig,
  ensureFirstVersion,
} from '@species/config'
import type { AssetLedger, ChainReader, ModuleName } from '@species/contracts'
import {
  createFloorManager,
  floorManagerMigrations,
  floorManagerQueries,
  openReceiptSigner,
  publicKeys,
} from '@species/floor-manager'
import { Fault } from '@species/kernel'
import { createMarketplaceApi, marketplaceApiMigrations, marketplaceQueries } from '@species/marketplace-api'
import { createMatching, matchingMigrations, matchingQueries } from '@species/matching'
import { createMoralisChainReader, createOnliCloud, createTronChainReader } from '@species/providers'
import { createReporter } from '@species/reporter'
import {
  type Bus,
  type Clock,
  type Database,
  type Ids,
  type Job,
  type Logger,
  type Metrics,
  type Module,
  Secret,
  checkpointJob,
  createDeadLetters,
  createHttpApp,
  createInProcessBus,
  createJetStreamBus,
  createMemoryRateLimiter,
  createMetrics,
  createSealer,
  lockDirectory,
  migrate,
  openPglite,
  openPostgres,
  runtimeMigrations,
  startJobs,
  systemClock,
  systemIds,
} from '@species/runtime'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { createValidator, validatorMigrations, validatorQueries } from '@species/validator'
import { generateEd25519 } from '@species/sdk'
import { DataDirectory } from './local/data-directory.ts'
import { embeddedVaults, sandboxDepositAddresses } from './local/embedded-defaults.ts'
import { countStates } from './operations/count-states.ts'
import { operationEndpoints } from './operations/endpoints.ts'
import type { Settings } from './settings.ts'

/** The whole marketplace, put together and running; it serves requests through `fetch`. */
export interface Program {
  /** `env` is what the server knows beside the request: Node's own message, with the caller's address. */
  fetch(request: Request, env?: object): Promise<Response>
  readonly sandbox: Sandbox | undefined
  readonly directory: DataDirectory
  readonly metrics: Metrics
  close(): Promise<void>
}

export interface ComposeOptions {
  readonly log: Logger
  /** The modules whose messages and jobs this process works on; all, unless said. It answers every request either way. */
  readonly modules?: readonly ModuleName[]
  /** For tests and drills: wraps the bus, to lose, repeat or stop at a message. */
  readonly wrapBus?: (bus: Bus) => Bus
  /** For drills: sees the database before anybody uses it. */
  readonly wrapDatabase?: (database: Database) => Database
  readonly clock?: Clock
  readonly ids?: Ids
}

/** Another process has the data directory. */
export class DirectoryTaken extends Error {
  override readonly name = 'DirectoryTaken'
}

const maxAttempts = 8
const maxBacklog = 4_000

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
  if (settings.database.kind === 'embedded') {
    const lock = lockDirectory(settings.dataDirectory)
    if (!lock) throw new DirectoryTaken(`another process holds ${settings.dataDirectory}`)
    closers.push(() => {
      lock.release()
    })
  }
  const sandbox = await openSandbox(settings, directory, log)
  if (sandbox) closers.push(() => sandbox.close())
  const opened = await openDatabase(settings, directory)
  const database = options.wrapDatabase?.(opened) ?? opened
  closers.push(() => database.close())
  await migrate(database, await allMigrations(), clock)

  const metrics = createMetrics()
  const deadLetters = createDeadLetters(database, clock)
  const plainBus = await openBus(settings, { ids, log, deadLetters, maxAttempts, metrics })
  closers.push(() => plainBus.close())
  const bus = countStates(options.wrapBus?.(plainBus) ?? plainBus, metrics)
  const sealer = createSealer(settings.masterKeys ?? [new Secret(directory.masterKey())], ids)
  const platform: Platform = { database, bus, clock, ids, log, metrics }

  await ensureFirstVersion(
    database,
    defaultConfig({ depositAddresses: sandboxDepositAddresses, ...embeddedVaults }),
    clock,
  )
  const config = createConfigReader({ queries: configQueries(database), bus, clock })
  const { onli, chainReaders } = openPartners(settings, sandbox ?? sandboxAt(settings.sandboxUrl), platform)
  await makeMarketVaults(onli)

  const verifier = createRequestVerifier({ ...platform, sealer })
  const auth = { ...platform, sealer, assetLedger: onli, config, verifier }
  await ensureOperatorKey(platform, operatorKey(directory))
  const modules = await createModules(platform, {
    config,
    onli,
    chainReaders,
    sealer,
    sandbox: needsSandbox(settings),
    keepsPages: options.modules?.includes('reporter') ?? true,
    auth,
  })

  directory.writePublicKeys(await publicKeys(database))

  const worksOn = (module: Module): boolean => options.modules?.includes(module.name) ?? true
  const working = modules.filter(worksOn)
  for (const module of modules)
    for (const one of module.consumers) {
      if (worksOn(module)) bus.subscribe(one)
      else bus.declare(one)
    }
  for (const module of working) await module.start?.()
  await bus.start()
  const jobs = startJobs(
    [...working.flatMap((module) => module.jobs), ...ownJobs(database, deadLetters, platform)],
    log,
  )
  closers.push(() => jobs.stop())

  const app = createHttpApp({
    endpoints: [...modules.flatMap((module) => module.endpoints), ...operationEndpoints({ ...platform, deadLetters })],
    verifier,
    limiter: createMemoryRateLimiter({ points: 600, perSeconds: 1 }),
    log,
    metrics,
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  })
  return { fetch: async (request, env) => await app.fetch(request, env), sandbox, directory, metrics, close }
}

interface Platform {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
}

async function createModules(
  platform: Platform,
  more: {
    config: ReturnType<typeof createConfigReader>
    onli: AssetLedger
    chainReaders: readonly ChainReader[]
    sealer: ReturnType<typeof createSealer>
    sandbox: boolean
    keepsPages: boolean
    auth: Parameters<typeof createAuthenticator>[0]
  },
): Promise<Module[]> {
  const { database } = platform
  const { config, onli, chainReaders, sandbox, sealer } = more
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
  const signer = await openReceiptSigner({ database, sealer, clock: platform.clock, sandbox })
  return [
    createConfig(platform),
    createAuthenticator(more.auth),
    createMarketplaceApi({ ...platform, config, classifierVersion, stages, maxBacklog }),
    createClassifier(platform),
    createValidator({ ...platform, config, chainReaders, authenticator: queries.authenticator }),
    createMatching({ ...platform, config, cashier: queries.cashier, authenticator: authenticatorQueries }),
    createCashier({ ...platform, config, latestConfig: configQueries, authenticator: authenticatorQueries }),
    createAssetManager({ ...platform, config, onli, authenticator: queries.authenticator }),
    createFloorManager({ ...platform, config, onli, signer, sandbox, queries }),
    createReporter({ ...platform, queries, keepsPages: more.keepsPages }),
  ]
}

/** Whether any partner is the sandbox, here or in a process of its own: receipts then say so. */
function needsSandbox(settings: Settings): boolean {
  return !(settings.moralis && settings.tron && settings.onli)
}

async function openBus(settings: Settings, context: Parameters<typeof createInProcessBus>[0]): Promise<Bus> {
  if (!settings.nats) return createInProcessBus(context)
  const { url, prefix, tls } = settings.nats
  return await createJetStreamBus({ url: url.reveal(), ...(tls ? { tls } : {}) }, { ...context, prefix })
}

async function openSandbox(settings: Settings, directory: DataDirectory, log: Logger): Promise<Sandbox | undefined> {
  if (!needsSandbox(settings) || settings.sandboxUrl !== undefined) return undefined
  return await startSandbox({
    httpPort: settings.sandboxPort,
    grpcPort: settings.sandboxPort === 0 ? 0 : settings.sandboxPort + 1,
    journalPath: directory.sandboxJournal,
    blockIntervalMs: 2_000,
    log: (line, fields) => {
      log.debug({ ...fields }, line)
    },
  })
}

async function openDatabase(settings: Settings, directory: DataDirectory): Promise<Database> {
  return settings.database.kind === 'embedded'
    ? await openPglite(directory.database)
    : openPostgres(settings.database.url.reveal(), { poolSize: 10 })
}

async function allMigrations(): ReturnType<typeof runtimeMigrations> {
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

/** A sandbox that runs elsewhere: Onli Cloud is on the port after its HTTP port (DESIGN section 9). */
function sandboxAt(url: string | undefined): Pick<Sandbox, 'httpUrl' | 'grpcUrl'> | undefined {
  if (url === undefined) return undefined
  const grpc = new URL(url)
  grpc.port = String(Number(grpc.port) + 1)
  return { httpUrl: url.replace(/\/$/, ''), grpcUrl: grpc.origin }
}

/** The production clients; where a partner is the sandbox only the address differs. */
function openPartners(
  settings: Settings,
  sandbox: Pick<Sandbox, 'httpUrl' | 'grpcUrl'> | undefined,
  { clock, metrics }: Platform,
): { onli: AssetLedger; chainReaders: ChainReader[] } {
  const stand = (prefix: string): string => {
    if (!sandbox)
      throw new Fault('no_sandbox', {
        retryable: false,
        publicMessage: 'A partner has neither settings nor a sandbox.',
      })
    return `${sandbox.httpUrl}${prefix}`
  }
  const sandboxKey = new Secret('sandbox')
  const moralis = settings.moralis ?? { url: stand('/moralis'), apiKey: sandboxKey }
  const tron = settings.tron ?? { url: stand('/tron'), apiKey: sandboxKey }
  const onli = settings.onli ?? {
    url: sandbox?.grpcUrl ?? stand(''),
    appKey: sandboxKey,
    tls: undefined,
    honoursIdempotencyKeys: true,
  }
  const common = { clock, metrics, timeoutMs: 5_000 }
  return {
    chainReaders: [
      createMoralisChainReader({ ...common, baseUrl: moralis.url, apiKey: moralis.apiKey ?? sandboxKey }),
      createTronChainReader({ ...common, baseUrl: tron.url, ...(tron.apiKey ? { apiKey: tron.apiKey } : {}) }),
    ],
    onli: createOnliCloud({
      ...common,
      url: onli.url,
      appKey: onli.appKey,
      honoursIdempotencyKeys: onli.honoursIdempotencyKeys,
      ...(onli.tls
        ? {
            tls: {
              ca: readFileSync(onli.tls.ca, 'utf8'),
              cert: readFileSync(onli.tls.cert, 'utf8'),
              key: readFileSync(onli.tls.key, 'utf8'),
            },
          }
        : {}),
    }),
  }
}

/** The market's own vaults exist before anything is sold from them. */
async function makeMarketVaults(onli: AssetLedger): Promise<void> {
  const wanted = [embeddedVaults.escrowVault, embeddedVaults.poolVault].map((vault) => ({
    vault,
    owner: 'market',
    preAuthorised: true,
  }))
  const outcomes = await onli.createVaults(wanted)
  const failed = outcomes.find((outcome) => outcome.kind !== 'yes')
  if (failed)
    throw new Fault('no_market_vaults', {
      retryable: true,
      publicMessage: `Onli Cloud did not make the market's vaults (${failed.kind}). Start again when it answers.`,
    })
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
  deadLetters: ReturnType<typeof createDeadLetters>,
  { clock, metrics, bus }: Platform,
): Job[] {
  return [
    ...(database.engine === 'pglite' ? [checkpointJob(database, clock)] : []),
    {
      name: 'bus-gauges',
      everyMs: 2_000,
      async run() {
        for (const [consumer, waiting] of bus.backlog()) metrics.backlog.set({ consumer }, waiting)
        metrics.deadLetters.set((await deadLetters.list()).length)
      },
    },
  ]
}
