import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/**
 * Unfinished events that are on their way, counted up to `atMost`: nobody waits for them, no person looks at them, and they are
 * not parked. However often they were driven again: only an end, or somebody who waits, takes them out of the count.
 */
export async function countUnderWay(sql: Sql, { nowMs, atMost }: { nowMs: number; atMost: number }): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM marketplace_api.event_keys
       WHERE ended_state IS NULL AND NOT in_review AND waits_until <= $1
         AND event_key::text NOT IN (SELECT key FROM runtime.dead_letters WHERE parked_at IS NOT NULL) LIMIT $2) AS under_way`,
    [toTimestamp(nowMs), atMost],
  )
  return Number(row?.count ?? 0n)
}
