import type { EndState } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Somebody waits: until when, and when the sweeper looks whether that was heard of. */
export async function putOff(
  sql: Sql,
  waits: readonly { eventKey: string; untilMs: number; sweepAtMs: number }[],
): Promise<void> {
  await sql.query(
    `UPDATE marketplace_api.event_keys k SET next_sweep_at = r.sweep_at, waits_until = r.until
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, until timestamptz, sweep_at timestamptz)
     WHERE k.event_key = r.event_key AND k.ended_state IS NULL`,
    [
      rowsParameter(
        waits.map((wait) => ({
          event_key: wait.eventKey,
          until: toTimestamp(wait.untilMs),
          sweep_at: toTimestamp(wait.sweepAtMs),
        })),
      ),
    ],
  )
}

export async function markReview(sql: Sql, eventKeys: readonly string[], inReview: boolean): Promise<void> {
  await sql.query(
    'UPDATE marketplace_api.event_keys SET in_review = $2 WHERE event_key = ANY($1::uuid[]) AND ended_state IS NULL',
    [eventKeys, inReview],
  )
}

/** Marks events as ended. Only a dispute changes an end. */
export async function markEnded(sql: Sql, eventKeys: readonly string[], state: EndState, nowMs: number): Promise<void> {
  await sql.query(
    `UPDATE marketplace_api.event_keys SET ended_state = $2, ended_at = $3, in_review = false
     WHERE event_key = ANY($1::uuid[]) AND (ended_state IS NULL OR ($2 = 'disputed' AND ended_state <> 'disputed'))`,
    [eventKeys, state, toTimestamp(nowMs)],
  )
}
