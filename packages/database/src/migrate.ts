import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Fault } from '@species/kernel'
import type { Clock } from '@species/platform'
import { toTimestamp } from '@species/platform'
import type { Database } from './database.ts'

/** One forward step of a module's schema. */
export interface Migration {
  readonly module: string
  readonly name: string
  readonly sql: string
}

/** Reads `NNNN_name.sql` files of a folder, in order. */
export async function readMigrations(module: string, folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  return await Promise.all(
    names.map(async (name) => ({ module, name, sql: await readFile(new URL(name, folder), 'utf8') })),
  )
}

/**
 * Brings the schema forward. Runs once under any number of simultaneous starts (an advisory lock, held by the transaction).
 * Throws a Fault where the database knows a migration that this program does not: the program is too old for it; and
 * where a migration that ran was edited afterwards.
 */
export async function migrate(database: Database, migrations: readonly Migration[], clock: Clock): Promise<number> {
  return await database.transaction(async (tx) => {
    if (database.engine === 'postgres') await tx.query('SELECT pg_advisory_xact_lock(7734001)')
    await tx.query('CREATE SCHEMA IF NOT EXISTS runtime')
    await tx.query(
      `CREATE TABLE IF NOT EXISTS runtime.migrations (
         module text NOT NULL, name text NOT NULL, digest text NOT NULL, ran_at timestamptz NOT NULL,
         PRIMARY KEY (module, name))`,
    )
    const done = await tx.query<{ module: string; name: string; digest: string }>(
      'SELECT module, name, digest FROM runtime.migrations',
    )
    const ran = new Map(done.map((row) => [`${row.module}/${row.name}`, row.digest]))
    const modules = new Set(migrations.map((migration) => migration.module))
    const known = new Set(migrations.map((migration) => `${migration.module}/${migration.name}`))
    const ahead = done.filter((row) => modules.has(row.module) && !known.has(`${row.module}/${row.name}`))
    if (ahead.length > 0) throw tooOld(ahead.map((row) => `${row.module}/${row.name}`))
    let count = 0
    for (const migration of migrations) {
      const id = `${migration.module}/${migration.name}`
      const digest = createHash('sha256').update(migration.sql).digest('hex')
      const before = ran.get(id)
      if (before !== undefined && before !== digest) throw edited(id)
      if (before !== undefined) continue
      // What an earlier one changed may have left triggers for the end of the transaction; no table with such can be altered.
      await tx.query('SET CONSTRAINTS ALL IMMEDIATE')
      for (const statement of statementsOf(migration.sql)) await tx.query(statement)
      await tx.query('INSERT INTO runtime.migrations VALUES ($1, $2, $3, $4)', [
        migration.module,
        migration.name,
        digest,
        toTimestamp(clock.now()),
      ])
      count++
    }
    return count
  })
}

/** Statements end with a semicolon at the end of a line: the body of a function stands on one line. */
function statementsOf(sql: string): string[] {
  return sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '')
}

function tooOld(ahead: string[]): Fault {
  return new Fault('schema_too_new', {
    retryable: false,
    publicMessage: `The database has migrations this program does not know (${ahead.join(', ')}): run a newer program.`,
  })
}

function edited(id: string): Fault {
  return new Fault('migration_edited', {
    retryable: false,
    publicMessage: `Migration ${id} was changed after it ran on this database: restore its text and add a new migration.`,
  })
}
