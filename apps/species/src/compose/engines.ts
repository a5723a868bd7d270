import { rmSync, writeFileSync } from 'node:fs'
import { assetManagerMigrations } from '@species/asset-manager'
import { authenticatorMigrations } from '@species/authenticator'
import { cashierMigrations } from '@species/cashier'
import { configMigrations } from '@species/config'
import { floorManagerMigrations } from '@species/floor-manager'
import { Fault } from '@species/kernel'
import { marketplaceApiMigrations } from '@species/marketplace-api'
import { matchingMigrations } from '@species/matching'
import { type Bus, createInProcessBus, createJetStreamBus, busMigrations } from '@species/bus'
import { type TieredCache, createTieredCache, openRedis } from '@species/cache'
import {
  type Database,
  type Replicas,
  checkDurability,
  migrate,
  openPglite,
  openPostgres,
  openReplicas,
  parsePostgresAddress,
  startRefusal,
} from '@species/database'
import { type RateLimiter, createMemoryRateLimiter, createRedisRateLimiter } from '@species/http'
import type { Clock, Logger, Metrics } from '@species/platform'
import { validatorMigrations } from '@species/validator'
import type { DataDirectory } from '../processes/data-directory.ts'
import type { Settings } from '../settings/settings.ts'

/** The real engine where its address is set, the embedded one where it is not; no module can tell. */
export async function openBus(
  settings: Settings,
  context: Parameters<typeof createInProcessBus>[0] & { readonly metrics: Metrics },
): Promise<Bus> {
  if (!settings.nats) return createInProcessBus(context)
  const { url, tls } = settings.nats
  return await createJetStreamBus(
    { url: url.reveal(), ...(tls ? { tls } : {}) },
    { ...context, prefix: settings.prefix },
  )
}

/** A statement that takes longer is given up, and so is a server that says nothing for so long: another one may be primary by then. */
const statementTimeoutMs = 15_000

/** Opens the database with its schema brought forward. Throws a Fault where it would lose what it acknowledges. */
export async function openDatabase(
  settings: Settings,
  directory: DataDirectory,
  { clock, log, onlyExisting }: { clock: Clock; log: Logger; onlyExisting: boolean },
): Promise<Database> {
  if (settings.database.kind === 'embedded') return await openEmbedded(directory, clock)
  const url = settings.database.url.reveal()
  // A migration may take as long as it takes.
  const unbounded = openPostgres(url, { poolSize: 1 })
  try {
    if (onlyExisting) await demandMarketplace(unbounded)
    // Before the first write: where that waits for a standby, somebody has been told why nothing happens.
    await demandDurability(unbounded, parsePostgresAddress(url).hosts.length, log)
    await migrate(unbounded, await allMigrations(), clock)
  } finally {
    await unbounded.close()
  }
  return openPostgres(url, { poolSize: 10, statementTimeoutMs })
}

/**
 * The embedded database, made where there is none. While it is made a mark lies beside it: a start that died before the end, or met
 * a full disk, left something that has accepted nothing and may not open, and the next start makes it anew.
 */
async function openEmbedded(directory: DataDirectory, clock: Clock): Promise<Database> {
  const { database: path, databaseUnfinished: mark } = directory
  if (!directory.hasDatabase) {
    writeFileSync(mark, '')
    rmSync(path, { recursive: true, force: true })
  }
  const database = await openPglite(path)
  try {
    await migrate(database, await allMigrations(), clock)
    rmSync(mark, { force: true })
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Throws a Fault on a database that no marketplace has used: whoever only asks makes none there. */
async function demandMarketplace(database: Database): Promise<void> {
  const [row] = await database.query<{ found: string | null }>(
    `SELECT to_regclass('runtime.migrations')::text AS found`,
  )
  if (row?.found !== null && row !== undefined) return
  throw new Fault('no_marketplace', {
    retryable: false,
    publicMessage:
      'There is no marketplace in the database of DATABASE_URL, and none was made. Set DATABASE_URL to the database of yours, or start one: npx species serve',
  })
}

/** Says what can be lost on this database. Throws a Fault where no process may start on it. */
async function demandDurability(database: Database, hosts: number, log: Logger): Promise<void> {
  const durability = await checkDurability(database)
  const refusal = startRefusal(durability, hosts)
  if (refusal !== undefined) throw new Fault('not_durable', { retryable: false, publicMessage: refusal })
  for (const loss of durability.losses) log.warn({}, loss)
}

/** What a page may be behind at most, where it is read from a replica. */
const maxLagMs = 1_000

/** Reads for pages: from the replicas, where there are any. */
export function openPageReplicas(
  settings: Settings,
  primary: Database,
  deps: { clock: Clock; metrics: Metrics; log: Logger },
): Replicas | undefined {
  if (settings.database.kind === 'embedded' || settings.database.replicas.length === 0) return undefined
  const urls = settings.database.replicas.map((url) => url.reveal())
  return openReplicas(primary, urls, { ...deps, maxLagMs })
}

/** One principal, or one address that reads what is public, may ask so often. */
const requestLimit = { points: 600, perSeconds: 1 } as const

/** One address may have so many signatures checked: many principals may share it, as behind a proxy. */
const addressLimit = { points: 5 * requestLimit.points, perSeconds: 1 } as const

/** Caches and rate limits: shared through Redis where it is set, and this process's own where it is not. */
export function openShared(
  settings: Settings,
  deps: { clock: Clock; metrics: Metrics; log: Logger },
): {
  limiter: RateLimiter
  addressLimiter: RateLimiter
  cache: TieredCache
  isAnswering: (() => boolean) | undefined
  close(): Promise<void>
} {
  const { prefix } = settings
  if (!settings.redis)
    return {
      limiter: createMemoryRateLimiter(requestLimit),
      addressLimiter: createMemoryRateLimiter(addressLimit),
      cache: createTieredCache(deps),
      isAnswering: undefined,
      close: () => Promise.resolve(),
    }
  const redis = openRedis(settings.redis.url.reveal(), { ...deps, ca: settings.redis.ca })
  return {
    limiter: createRedisRateLimiter(requestLimit, redis, prefix),
    addressLimiter: createRedisRateLimiter(addressLimit, redis, `${prefix}:signed`),
    cache: createTieredCache({ ...deps, redis, prefix }),
    isAnswering: () => redis.isAnswering,
    close: () => redis.close(),
  }
}

/** Every migration of the program, in the order in which the modules need each other. */
async function allMigrations(): ReturnType<typeof busMigrations> {
  const readers = [
    busMigrations,
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
