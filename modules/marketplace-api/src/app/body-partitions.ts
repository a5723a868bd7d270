import type { Database } from '@species/database'
import type { RetentionClock } from '@species/flow'
import type { Clock } from '@species/platform'
import { monthPartition } from '../domain/partitions.ts'

const monthsAhead = 2

/** Makes the partitions of this month and the next ones. Names come from the clock alone, never from outside. */
export async function makePartitionsAhead(database: Database, clock: Clock): Promise<void> {
  const nowIso = new Date(clock.now()).toISOString()
  await database.transaction(async (tx) => {
    // Of two that create one table at once the second fails even with IF NOT EXISTS: several processes start together.
    await tx.query('SELECT pg_advisory_xact_lock(7734002)')
    for (let offset = 0; offset <= monthsAhead; offset++) {
      const { name, from, to } = monthPartition(nowIso, offset)
      await tx.query(
        `CREATE TABLE IF NOT EXISTS marketplace_api.${name} PARTITION OF marketplace_api.event_bodies FOR VALUES FROM ('${from}') TO ('${to}')`,
      )
    }
  })
}

/**
 * Whether a statement failed because a month has no partition: the clock went further in one step than partitions are made ahead, as
 * after a laptop slept for months, before the hourly job came round.
 */
export function lacksPartition(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === checkViolation && error.message.includes('no partition of relation')
}

/** SQLSTATE check_violation: what Postgres says of a row that no partition takes; the text tells it from other checks. */
const checkViolation = '23514'

/** Drops months older than `keepMonths` whose events have all ended. Answers with what was dropped. */
export async function dropOldPartitions(
  database: Database,
  retention: RetentionClock,
  keepMonths: number,
): Promise<string[]> {
  const oldest = monthPartition(new Date(await retention.now()).toISOString(), -keepMonths).name
  const tables = await database.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'marketplace_api.event_bodies'::regclass AND c.relname < $1 ORDER BY c.relname`,
    [oldest],
  )
  const dropped: string[] = []
  for (const { name } of tables)
    if (/^event_bodies_\d{4}_\d{2}$/.test(name) && (await dropEnded(database, name))) dropped.push(name)
  return dropped
}

/** Drops a month if all its events have ended. Of several processes one does. */
async function dropEnded(database: Database, name: string): Promise<boolean> {
  return await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(7734002)')
    // It waits for whoever reads the bodies, and whoever accepts waits for it: not for long, then; there is always a next hour.
    await tx.query(`SET LOCAL lock_timeout = '2s'`)
    const [table] = await tx.query('SELECT to_regclass($1) AS oid', [`marketplace_api.${name}`])
    if (!table || !('oid' in table) || table.oid === null) return false
    const [open] = await tx.query(
      `SELECT 1 AS open FROM marketplace_api.${name} b JOIN marketplace_api.event_keys k USING (event_key) WHERE k.ended_state IS NULL LIMIT 1`,
    )
    if (open) return false
    await tx.query(`DROP TABLE marketplace_api.${name}`)
    return true
  })
}
