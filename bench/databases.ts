import { randomBytes } from 'node:crypto'
import { type Database, migrate, openPglite, openPostgres } from '@species/database'
import { marketplaceMigrations } from '@species/marketplace'
import { systemClock } from '@species/platform'

/** A database that a part of the benchmark has for itself; `drop` removes it. */
export interface BenchDatabase extends Database {
  readonly name: string
  readonly url: string | undefined
  drop(): Promise<void>
}

/** A new database on the server, with every module's tables. */
export async function freshPostgres(serverUrl: string): Promise<BenchDatabase> {
  const name = `species_bench_${randomBytes(6).toString('hex')}`
  const admin = openPostgres(serverUrl, { poolSize: 1 })
  await admin.query(`CREATE DATABASE ${name}`)
  // What was written before is on disk, so that no part pays for the one before it.
  await admin.query('CHECKPOINT')
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const database = openPostgres(url.href, { poolSize: 10 })
  await migrate(database, await marketplaceMigrations(), systemClock)
  return {
    ...database,
    name,
    url: url.href,
    async drop() {
      await database.close()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

/** The embedded engine, in a directory of its own. */
export async function freshPglite(directory: string): Promise<BenchDatabase> {
  const database = await openPglite(directory)
  await migrate(database, await marketplaceMigrations(), systemClock)
  return { ...database, name: 'embedded', url: undefined, drop: () => database.close() }
}
