import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Database, type Migration, migrate, openPglite, readMigrations } from '@species/database'
import { systemClock } from '@species/platform'
import type { GeneratedFile } from './generated-file.ts'

/** The schema as all migrations leave it behind, so that a review sees what a new one changes. */
export async function generateSchema(root: string): Promise<GeneratedFile[]> {
  const database = await openPglite(undefined)
  try {
    await migrate(database, await migrationsOf(root), systemClock)
    return [{ path: 'docs/schema.sql', content: await describeSchema(database) }]
  } finally {
    await database.close()
  }
}

/** Every module has a schema of its own and knows no other: the order between modules is free. */
async function migrationsOf(root: string): Promise<Migration[]> {
  const modules = readdirSync(join(root, 'modules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, folder: join(root, 'modules', entry.name, 'migrations') }))
  const all = [{ name: 'runtime', folder: join(root, 'packages/bus/migrations') }, ...modules]
  const read = await Promise.all(
    all.map(async ({ name, folder }) => {
      try {
        return await readMigrations(name, pathToFileURL(`${folder}/`))
      } catch (error) {
        // A module that owns no tables has no folder.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
        throw error
      }
    }),
  )
  return read.flat()
}

interface Table {
  readonly oid: number
  readonly name: string
  readonly partitions: string | null
}

async function describeSchema(database: Database): Promise<string> {
  const tables = await database.query<Table>(
    `SELECT c.oid::integer AS oid, n.nspname || '.' || c.relname AS name, pg_get_partkeydef(c.oid) AS partitions
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY n.nspname, c.relname`,
  )
  const parts = [
    '-- Made by `npm run generate` from the migrations of all modules, for people to read and compare. It is never executed.',
  ]
  for (const table of tables) parts.push(await describeTable(database, table))
  parts.push(...(await others(database)))
  return `${parts.join('\n\n')}\n`
}

async function describeTable(database: Database, { oid, name, partitions }: Table): Promise<string> {
  const columns = await database.query<{ line: string }>(
    `SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || CASE WHEN a.attidentity <> '' THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY'
               WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
               WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
               ELSE '' END AS line
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [oid],
  )
  const constraints = await database.query<{ line: string }>(
    `SELECT 'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) AS line
     FROM pg_constraint WHERE conrelid = $1 AND contype <> 'n' ORDER BY contype, conname`,
    [oid],
  )
  const indexes = await database.query<{ line: string }>(
    `SELECT pg_get_indexdef(i.indexrelid) || ';' AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname`,
    [oid],
  )
  const [options] = await database.query<{ text: string | null }>(
    `SELECT array_to_string(reloptions, ', ') AS text FROM pg_class WHERE oid = $1`,
    [oid],
  )
  const inside = [...columns, ...constraints].map(({ line }) => `  ${line}`).join(',\n')
  const by = partitions === null ? '' : ` PARTITION BY ${partitions}`
  const stored = options?.text ? ` WITH (${options.text})` : ''
  return [`CREATE TABLE ${name} (\n${inside}\n)${by}${stored};`, ...indexes.map(({ line }) => line)].join('\n')
}

/** What is not a table and stands in a schema of ours: named, so that it is not overlooked. */
async function others(database: Database): Promise<string[]> {
  const rows = await database.query<{ line: string }>(
    `SELECT line FROM (
       SELECT 'CREATE SEQUENCE ' || schemaname || '.' || sequencename || ' AS ' || data_type || ';' AS line, schemaname AS schema FROM pg_sequences
       UNION ALL SELECT 'CREATE VIEW ' || schemaname || '.' || viewname || ' AS' || definition, schemaname FROM pg_views
       UNION ALL SELECT pg_get_functiondef(p.oid) || ';', n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
       UNION ALL SELECT pg_get_triggerdef(t.oid) || ';', n.nspname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
     ) o WHERE schema !~ '^(pg_|information_schema$)' ORDER BY line`,
  )
  return rows.map(({ line }) => line)
}
