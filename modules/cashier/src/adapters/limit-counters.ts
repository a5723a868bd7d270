import { type Sql, rowsParameter } from '@species/database'
import { type Bucket, LimitBook, sixHours } from '../domain/limits.ts'

type Counter = Bucket & { readonly units: bigint; readonly counted?: readonly string[] }

/** One row of each key that everybody locks who charges it: two events in different buckets still share the window. */
export const lockName = 'lock'

/** Locks the counters of these keys, in sorted order, until the transaction ends, and reads the buckets that are counted. */
export async function lockCounters(tx: Sql, charges: readonly Counter[]): Promise<LimitBook> {
  if (charges.length === 0) return new LimitBook([])
  const locks = charges.map(({ keyId }) => ({ keyId, windowName: lockName }))
  const changed = rowsOf([...locks, ...charges])
  const counted = rowsOf(
    charges.flatMap(({ keyId, windowName, counted = [] }) =>
      [windowName, ...counted].map((one) => ({ keyId, windowName: one })),
    ),
  )
  const made = tx.query(
    `INSERT INTO cashier.limit_counters (key_id, window_name, units)
     SELECT key_id, window_name, 0 FROM json_to_recordset($1::text::json) AS r(key_id text, window_name text)
     ORDER BY key_id, window_name ON CONFLICT DO NOTHING`,
    [changed],
  )
  const locked = tx.query(
    `SELECT 1 FROM cashier.limit_counters c
     JOIN json_to_recordset($1::text::json) AS r(key_id text, window_name text) USING (key_id, window_name)
     ORDER BY c.key_id, c.window_name FOR UPDATE OF c`,
    [changed],
  )
  // A statement of its own, so that it sees what those have written who held the locks before.
  const [, , counters] = await Promise.all([made, locked, countersOf(tx, counted)])
  return new LimitBook(counters)
}

/** What the buckets of these windows hold, without locking anything: for pages. */
export async function readCounters(
  sql: Sql,
  charges: readonly (Bucket & { counted: readonly string[] })[],
): Promise<LimitBook> {
  const counted = charges.flatMap(({ keyId, counted }) => counted.map((windowName) => ({ keyId, windowName })))
  return new LimitBook(await countersOf(sql, rowsOf(counted)))
}

async function countersOf(sql: Sql, counted: string): Promise<(Bucket & { units: bigint })[]> {
  const rows = await sql.query<{ key_id: string; window_name: string; units: bigint }>(
    `SELECT c.key_id, c.window_name, c.units FROM cashier.limit_counters c
     JOIN json_to_recordset($1::text::json) AS r(key_id text, window_name text) USING (key_id, window_name)`,
    [counted],
  )
  return rows.map((row) => ({ keyId: row.key_id, windowName: row.window_name, units: row.units }))
}

/** Buckets, each once, as one parameter. */
function rowsOf(buckets: readonly Bucket[]): string {
  const distinct = [...new Map(buckets.map((one) => [`${one.keyId} ${one.windowName}`, one])).values()]
  return rowsParameter(distinct.map(({ keyId, windowName }) => ({ key_id: keyId, window_name: windowName })))
}

export async function writeCounters(tx: Sql, book: LimitBook): Promise<void> {
  const changed = book.changed()
  if (changed.length === 0) return
  await tx.query(
    `UPDATE cashier.limit_counters c SET units = r.units
     FROM json_to_recordset($1::text::json) AS r(key_id text, window_name text, units bigint)
     WHERE c.key_id = r.key_id AND c.window_name = r.window_name`,
    [rowsParameter(changed.map((one) => ({ key_id: one.keyId, window_name: one.windowName, units: one.units })))],
  )
}

/** Forgets buckets that began before these moments. A bucket is called by what it spans and when it began. */
export async function forgetCounters(sql: Sql, before: { dayMs: number; monthMs: number }): Promise<void> {
  const [day, month] = [before.dayMs, before.monthMs].map((ms) => new Date(ms).toISOString().slice(0, 10))
  await sql.query(
    `DELETE FROM cashier.limit_counters WHERE window_name <> $3 AND CASE WHEN split_part(window_name, ':', 2) = $4
       THEN split_part(window_name, ':', 3) COLLATE "C" < $2 ELSE split_part(window_name, ':', 2) COLLATE "C" < $1 END`,
    [day, month, lockName, sixHours],
  )
}
