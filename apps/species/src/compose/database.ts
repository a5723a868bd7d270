import { rmSync, writeFileSync } from 'node:fs'
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
import { Fault } from '@species/kernel'
import { marketplaceMigrations } from '@species/marketplace'
import type { Clock, Logger, Metrics } from '@species/platform'
import type { DataDirectory } from '../processes/data-directory.ts'
import type { Settings } from '../settings/settings.ts'

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
    await migrate(unbounded, await marketplaceMigrations(), clock)
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
    await migrate(database, await marketplaceMigrations(), clock)
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
