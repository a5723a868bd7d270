import '@species/platform'
import type { Freeze } from './embedded-copy.ts'

/** One SQL text, two engines. Placeholders are `$1`…; `bigint` columns come as `bigint`, timestamps as `Date`, JSON parsed. */
export interface Sql {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>
}

/**
 * The database of a process. `transaction` commits when `work` resolves and rolls back when it throws; it never retries
 * by itself, because a batch that failed is decided again by whoever owns it. No partner is ever called inside one.
 */
export interface Database extends Sql {
  readonly engine: 'pglite' | 'postgres'
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>
  /** Runs a text of several statements, as migrations are. */
  script(text: string): Promise<void>
  close(): Promise<void>
  /** Of an embedded database with files: see `copyEmbedded`. */
  readonly freeze?: Freeze
}

/**
 * Rows as one parameter: `FROM json_to_recordset($1::text::json) AS r(…)`. One text for any number of rows, the same on
 * both engines; quantities become strings of digits, which the column's type reads back.
 */
export function rowsParameter(rows: readonly object[]): string {
  return JSON.stringify(rows)
}
