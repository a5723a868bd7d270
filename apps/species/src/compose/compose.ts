import { createDeadLetters, type Bus, type DeadLetterStore, attemptsUntilParked as maxAttempts } from '@species/bus'
import {
  type RelyingParty,
  createAuditLog,
  createRequestVerifier,
  ensureOperatorKey,
  relyingPartyOf,
} from '@species/authenticator'
import type { ModuleName } from '@species/contracts'
import { type Database, createDueTimes, watchWrites } from '@species/database'
import { type ReceiptSigner, openReceiptSigner, publicKeys } from '@species/floor-manager'
import type { Platform } from '@species/flow'
import { type ClientAddress, type HttpDeps, clientAddressBehind, createHttpApp } from '@species/http'
import { createMarketplace } from '@species/marketplace'
import { createPartnerWatch, createWebhookSender } from '@species/providers'
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
} from '@species/platform'
import type { Sandbox } from '@species/sandbox'
import { countStates } from '../operations/count-states.ts'
import { backupEndpoints } from '../operations/backups.ts'
import { operationEndpoints } from '../operations/endpoints.ts'
import { type Health, createHealth } from '../operations/health.ts'
import { operationJobs } from '../operations/jobs.ts'
import { DataDirectory } from '../processes/data-directory.ts'
import { breakEndpoints } from '../sandbox/break.ts'
import { createSandboxControl } from '../sandbox/control.ts'
import { playEndpoints } from '../sandbox/play.ts'
import type { Settings } from '../settings/settings.ts'
import { openDatabase, openPageReplicas } from './database.ts'
import { makeFirstConfig } from './first-config.ts'
import { holdDirectory, operatorKey } from './local.ts'
import { isSandboxAtHome, makeMarketVaults, needsSandbox, openPartners, openSandbox } from './partners.ts'
import { portsOf } from './ports.ts'
import { openBus, openShared } from './servers.ts'

/** Far shorter than the time between making a key and signing with it, so that each process can open what another signs. */
const keysReadEveryMs = 5_000

/** The whole marketplace, put together and running; it serves requests through `fetch`. */
export interface Program {
  /** `env` is what the server knows beside the request: Node's own message, with the caller's address. */
  fetch(request: Request, env?: object): Promise<Response>
  /** Told once the server listens: the settings may have left the port open. Pages at `localhost` are known by it. */
  listensAt(port: number): void
  readonly sandbox: Sandbox | undefined
  readonly directory: DataDirectory
  readonly metrics: Metrics
  /** Random, made at the start: `/health/live` tells it, so that a reader of a noted address knows whether it is still true. */
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

type Closers = (() => Promise<void> | void)[]

/**
 * Opens what the settings name, puts the marketplace on it and starts it; what was opened is closed in reverse. Nothing is served
 * before it returns.
 */
export async function compose(settings: Settings, options: ComposeOptions): Promise<Program> {
  const closers: Closers = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await build(settings, options, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build(settings: Settings, options: ComposeOptions, closers: Closers): Promise<Omit<Program, 'close'>> {
  const house = await openHouse(settings, options, closers)
  const { platform, directory, sandbox, health, shared, deadLetters } = house
  const { database, clock, ids, log, metrics } = platform
  const sealer = createSealer(house.masterKeys, ids)

  // Before anything is written or asked: on a database of the other kind nothing may happen.
  const signer = await openReceiptSigner({ database, sealer, clock, sandbox: needsSandbox(settings) })
  await makeFirstConfig(settings, platform)
  const watch = createPartnerWatch(clock)
  const partners = openPartners(settings, sandbox, { ...platform, watch })
  const isAtWork = (module: ModuleName): boolean => options.modules?.includes(module) ?? true
  if (isAtWork('asset-manager')) await makeMarketVaults(partners.onli)
  await ensureOperatorKey(platform, operatorKey(directory))
  directory.writePublicKeys(await publicKeys(database))

  const replicas = openPageReplicas(settings, database, platform)
  if (replicas) closers.push(() => replicas.close())
  const verifier = createRequestVerifier({ ...platform, sealer })
  const pages = { keepsPages: isAtWork('reporter'), cache: shared.cache, replicas }
  const sender = createWebhookSender({ allowLoopback: settings.webhooksLoopback })
  closers.push(() => sender.close())
  let listensAt = settings.port
  const relyingParty = (): RelyingParty => relyingPartyOf(settings.publicUrl, listensAt)
  const access = { sealer, verifier, sandboxSignIn: isSandboxAtHome(settings), relyingParty }
  const marketplace = createMarketplace(
    platform,
    portsOf(settings, { partners, signer, access, pages, webhooks: { sender }, health }),
  )
  const running = await marketplace.start(options.modules)
  closers.push(() => running.stop())
  const allJobs = [
    ...running.jobs,
    ...operationJobs({ ...platform, deadLetters, health, settings }),
    ...keyJobs(signer, database, directory),
  ]
  const dueTimes = createDueTimes(database, allJobs, house.writes)
  const jobs = startJobs(allJobs, { log, clock, dueTimes })
  closers.push(() => jobs.stop())

  const instance = ids.uuid()
  const hasMetricsPage = settings.metricsPort === undefined
  const own = operationEndpoints({ ...platform, deadLetters, instance, health, hasMetricsPage, watch })
  const { freeze, masterKeys } = house
  const backups = backupEndpoints({ freeze, directory, masterKeys, clock, log })
  const playUrl = isSandboxAtHome(settings) ? (sandbox?.httpUrl ?? settings.sandboxUrl) : undefined
  const control = playUrl === undefined ? undefined : createSandboxControl(playUrl)
  const play = [...playEndpoints(control), ...breakEndpoints(control)]
  const endpoints = [...marketplace.endpoints, ...own, ...backups, ...play]
  const { limiter, addressLimiter } = shared
  const audit = createAuditLog(database, clock)
  const app = createHttpApp({
    endpoints,
    verifier,
    limiter,
    addressLimiter,
    audit,
    confirmOperator: marketplace.confirmOperator,
    log,
    metrics,
    ...addressOf(settings),
  })
  return {
    fetch: async (request, env) => await app.fetch(request, env),
    listensAt: (port) => {
      listensAt = port
    },
    sandbox,
    directory,
    metrics,
    instance,
  }
}

/** A key may have been made, or be distrusted, since the start. Every process shows receipts and signs quotes. */
function keyJobs(signer: ReceiptSigner, database: Database, directory: DataDirectory): Job[] {
  const run = async (): Promise<void> => {
    await signer.refresh()
    directory.writePublicKeys(await publicKeys(database))
  }
  return [{ name: 'receipt-keys', everyMs: keysReadEveryMs, run }]
}

/** What the marketplace stands on in this process, opened in the order in which each needs the other. */
interface House {
  readonly platform: Platform
  readonly directory: DataDirectory
  readonly masterKeys: readonly [Secret, ...Secret[]]
  readonly sandbox: Sandbox | undefined
  readonly shared: ReturnType<typeof openShared>
  readonly deadLetters: DeadLetterStore
  readonly health: Health
  /** Of an embedded database, for its backups. */
  readonly freeze: Database['freeze']
  /** Counts the writes where this process is the only one that writes. */
  readonly writes: (() => number) | undefined
}

async function openHouse(settings: Settings, options: ComposeOptions, closers: Closers): Promise<House> {
  const { log, clock = systemClock, ids = systemIds, asOverAWire = false, onlyExisting = false } = options
  const directory = new DataDirectory(settings.dataDirectory)
  if (settings.database.kind === 'embedded') closers.push(holdDirectory(settings.dataDirectory))
  // Before the database is made: a start that dies in between leaves no database whose key is lost.
  const masterKeys = settings.masterKeys ?? ([new Secret(directory.masterKey())] as const)
  const sandbox = await openSandbox(settings, directory, { clock, log })
  if (sandbox) closers.push(() => sandbox.close())
  const opened = await openDatabase(settings, directory, { clock, log, onlyExisting })
  const { database, whyNoWrites, writes: counted } = watchWrites(options.wrapDatabase?.(opened) ?? opened)
  closers.push(() => database.close())

  const metrics = createMetrics()
  const shared = openShared(settings, { clock, metrics, log })
  closers.push(() => shared.close())
  const deadLetters = createDeadLetters(database, clock)
  const plainBus = await openBus(settings, { ids, log, deadLetters, maxAttempts, metrics, asOverAWire })
  closers.push(() => plainBus.close())
  const isConnected = { nats: plainBus.isConnected?.bind(plainBus), redis: shared.isAnswering }
  const health = createHealth({ database, whyNoWrites, clock, metrics, isConnected })
  const bus = countStates(options.wrapBus?.(plainBus) ?? plainBus, metrics)
  const platform = { database, bus, clock, ids, log, metrics }
  const writes = database.engine === 'pglite' ? counted : undefined
  const { freeze } = opened
  return { platform, directory, masterKeys, sandbox, shared, deadLetters, health, freeze, writes }
}

/** By which names requests may be signed for this process. */
function addressOf({ host, publicUrl, proxies }: Settings): Pick<HttpDeps, 'host' | 'publicUrl' | 'clientAddress'> {
  const clientAddress = clientAddressOf({ proxies })
  return { host, clientAddress, ...(publicUrl === undefined ? {} : { publicUrl }) }
}

/** Tells the client of a request to this process. */
export function clientAddressOf({ proxies }: Pick<Settings, 'proxies'>): ClientAddress {
  return clientAddressBehind(proxies.networks, proxies.header)
}
