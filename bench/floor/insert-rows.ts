import type { Sql } from '@species/database'
import type { EventRows } from './capture.ts'

/** Inserts rows of one table as they are, in one statement; of other columns nothing is sent. */
export function insertRows(
  sql: Sql,
  table: string,
  columns: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<unknown> {
  if (rows.length === 0) return Promise.resolve()
  const wanted = columns.split(', ')
  return sql.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::text::json)`,
    [JSON.stringify(rows.map((row) => pick(row, wanted)))],
  )
}

export function keysOf(batch: readonly EventRows[]): string[] {
  return batch.map((event) => event.eventKey)
}

export function pick(row: Readonly<Record<string, unknown>>, columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, row[column]]))
}
