import { type Sql, rowsParameter } from '@species/database'
import { type Charge, LimitBook } from '../domain/limits.ts'

type Counter = Pick<Charge, 'keyId' | 'windowName' | 'units'>

/** Locks the counters, in sorted order, until the transaction ends. */
export async function lockCounters(tx: Sql, charges: readonly Counter[]): Promise<LimitBook> {
  if (charges.length === 0) return new LimitBook([])
  const distinct = [...new Map(charges.map((charge) => [`${charge.keyId} ${charge.windowName}`, charge])).values()]
  const parameter = rowsParameter(distinct.map(({ keyId, windowName }) => ({ key_id: keyId, window_name: windowName })))
  const made = tx.query(
    `INSERT INTO cashier.limit_counters (key_id, window_name, units)
     SELECT key_id, window_name, 0 FROM json_to_recordset($1::text::json) AS r(key_id text, window_name text)
     ORDER BY key_id, window_name ON CONFLICT DO NOTHING`,
    [parameter],
  )
  const locked = tx.query<{ key_id: string; window_name: string; units: bigint }>(
    `SELECT c.key_id, c.window_name, c.units FROM cashier.limit_counters c
     JOIN json_to_recordset($1::text::json) AS r(key_id text, window_name text) USING (key_id, window_name)
     ORDER BY c.key_id, c.window_name FOR UPDATE OF c`,
    [parameter],
  )
  const [, rows] = await Promise.all([made, locked])
  return new LimitBook(rows.map((row) => ({ keyId: row.key_id, windowName: row.window_name, units: row.units })))
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

/** Forgets counters of windows that began before those of this moment: nothing is charged to them any more. */
export async function forgetCounters(sql: Sql, before: { hour: string; day: string }): Promise<void> {
  await sql.query(
    `DELETE FROM cashier.limit_counters WHERE (starts_with(window_name, 'hour:') AND window_name COLLATE "C" < $1)
       OR (starts_with(window_name, 'day:') AND window_name COLLATE "C" < $2)`,
    [before.hour, before.day],
  )
}
