import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/**
 * Unfinished events that are on their way, by owner, counted up to `atMost` in all: no partner or confirmation is waited for, no person
 * looks at them, and they are not parked. However often they were driven again: only an end, or a wait, takes them out of the count.
 */
export async function countUnderWay(
  sql: Sql,
  { nowMs, atMost }: { nowMs: number; atMost: number },
): Promise<Map<string, number>> {
  const rows = await sql.query<{ owner: string; count: bigint }>(
    `SELECT owner, count(*) AS count FROM (
       SELECT owner FROM marketplace_api.event_keys
       WHERE ended_state IS NULL AND NOT in_review AND waits_until <= $1
         AND event_key::text NOT IN (SELECT key FROM runtime.dead_letters WHERE parked_at IS NOT NULL) LIMIT $2) AS under_way
     GROUP BY owner`,
    [toTimestamp(nowMs), atMost],
  )
  return new Map(rows.map(({ owner, count }) => [owner, Number(count)]))
}
