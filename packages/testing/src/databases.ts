import { randomBytes } from 'node:crypto'
import { type Database, migrate, openPglite, openPostgres } from '@species/database'
import { type ModuleDefinition, migrationsOf } from '@species/flow'
import { systemClock } from '@species/platform'

type Migrated = Pick<ModuleDefinition, 'name' | 'migrations'>

/** Postgres in memory with the migrations of these modules. */
export async function pgliteWith(...modules: Migrated[]): Promise<Database> {
  const database = await openPglite(undefined)
  await migrateAll(database, modules)
  return database
}

/** The Postgres server that tests look for. */
export const postgresUrl = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** Whether a Postgres server answers here; tests that need one say so in their name and are skipped where none does. */
export const postgresAnswers: boolean = await answers()

/** A database of its own on the server, with these migrations; `drop` removes it. */
export async function postgresWith(
  ...modules: Migrated[]
): Promise<Database & { drop(): Promise<void>; readonly url: string }> {
  const name = `species_test_${randomBytes(6).toString('hex')}`
  const admin = openPostgres(postgresUrl, { poolSize: 1 })
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  const database = openPostgres(url.href, { poolSize: 10 })
  await migrateAll(database, modules)
  return {
    ...database,
    url: url.href,
    async drop() {
      await database.close()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

/** Does the same in many processes at once, as far as the server can tell: each has a connection of its own, open before. */
export async function atOnce<T>(url: string, times: number, work: (database: Database) => Promise<T>): Promise<T[]> {
  const databases = Array.from({ length: times }, () => openPostgres(url, { poolSize: 1 }))
  try {
    await Promise.all(databases.map((database) => database.query('SELECT 1')))
    return await Promise.all(databases.map(work))
  } finally {
    await Promise.all(databases.map((database) => database.close()))
  }
}

async function migrateAll(database: Database, modules: readonly Migrated[]): Promise<void> {
  await migrate(database, await migrationsOf(modules), systemClock)
}

async function answers(): Promise<boolean> {
  const probe = openPostgres(postgresUrl, { poolSize: 1 })
  try {
    await Promise.race([
      probe.query('SELECT 1'),
      new Promise((_, reject) =>
        setTimeout(() => {
          reject(new Error('no answer'))
        }, 2_000).unref(),
      ),
    ])
    return true
  } catch {
    return false
  } finally {
    void probe.close().catch(() => undefined)
  }
}
