import type { Sql } from '@species/database'

/** The tables that an event leaves rows in, by what names a row beside the event's key. */
const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'marketplace_api.event_keys': { event_id: `t.event_id || '-' || k` },
  'marketplace_api.event_bodies': {},
  'matching.matches': {},
  'cashier.fundings': {},
  'cashier.transfers': { transfer_id: past('transfer_id') },
  'cashier.entries': { transfer_id: past('transfer_id') },
  'asset_manager.deliveries': {},
  'floor_manager.verifications': {},
  'floor_manager.receipts': { receipt_id: `t.receipt_id || '-' || k` },
}

function past(column: string): string {
  return `replace(t.${column}, s.event_key::text, bench.past(s.event_key, k)::text)`
}

/** Remembers the events that have ended so far, at most `limit`, as the sample whose rows are repeated. Answers with how many. */
export async function takeSample(sql: Sql, limit: number): Promise<number> {
  await sql.query('DROP SCHEMA IF EXISTS bench CASCADE')
  await sql.query('CREATE SCHEMA bench')
  // The same event k hours earlier: its key is as old, so that keys lie in the indexes as those of a real past do.
  await sql.query(
    `CREATE FUNCTION bench.past(key uuid, k integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
       SELECT (lpad(to_hex(('x' || substr(replace(key::text, '-', ''), 1, 12))::bit(48)::bigint - k::bigint * 3600000), 12, '0')
         || substr(replace(key::text, '-', ''), 13))::uuid $$`,
  )
  await sql.query(
    `CREATE TABLE bench.sample AS SELECT k.event_key, k.owner FROM marketplace_api.event_keys k
     JOIN floor_manager.receipts r USING (event_key) WHERE k.ended_state = 'completed' ORDER BY k.event_key LIMIT ${limit}`,
  )
  const [row] = await sql.query<{ count: bigint }>('SELECT count(*) AS count FROM bench.sample')
  return Number(row?.count ?? 0n)
}

/** Repeats the rows of the sample in the past: copies `from` to `to`, in each table in one statement. */
export async function repeatSample(sql: Sql, from: number, to: number, say: (line: string) => void): Promise<void> {
  for (const [table, overrides] of Object.entries(tables)) {
    const [schema, name] = table.split('.')
    const columns = await sql.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns
       WHERE table_schema = $1 AND table_name = $2 AND is_identity = 'NO' ORDER BY ordinal_position`,
      [schema, name],
    )
    const names = columns.map((column) => column.column_name)
    const values = names.map((column) =>
      column === 'event_key' ? 'bench.past(s.event_key, k)' : (overrides[column] ?? `t.${column}`),
    )
    const join = names.includes('event_key')
      ? 't.event_key = s.event_key'
      : `t.transfer_id = 'settlement:' || s.event_key::text`
    await sql.query(
      `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')}
       FROM bench.sample s JOIN ${table} t ON ${join} CROSS JOIN generate_series(${from}, ${to}) AS k`,
    )
    say(`  ${table}`)
  }
  await sql.query('VACUUM ANALYZE')
  await sql.query('CHECKPOINT')
}
