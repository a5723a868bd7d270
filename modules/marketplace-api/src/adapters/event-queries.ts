import {
  type EndState,
  type EventKeyRow,
  type MarketplaceEvent,
  type MarketplaceQueries,
  normalisedEventSchema,
  putProceedsSchema,
} from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

interface QueryRow {
  event_key: string
  owner: string
  event_id: string
  accepted_at: Date
  ended_state: EndState | null
}
const toKeyRow = (row: QueryRow): EventKeyRow => ({
  eventKey: row.event_key,
  owner: row.owner,
  eventId: row.event_id,
  acceptedAtMs: row.accepted_at.getTime(),
  ended: row.ended_state ?? undefined,
})

/**
 * Events of an owner with what they asked for, newest first, before that one of theirs; unfinished ones alone if wished. Of an event
 * that this version cannot read `event` is undefined: it must not hide the others.
 */
export async function eventsOf(
  sql: Sql,
  owner: string,
  page: { before: string | undefined; isOpen: boolean; limit: number },
): Promise<(EventKeyRow & { event: MarketplaceEvent | undefined })[]> {
  const rows = await sql.query<QueryRow & { event: unknown }>(
    `SELECT event_key, owner, event_id, accepted_at, ended_state, event FROM marketplace_api.event_keys
     WHERE owner = $1 AND ($2::text IS NULL OR event_key < (SELECT event_key FROM marketplace_api.event_keys
       WHERE owner = $1 AND event_id = $2::text)) AND (NOT $3::boolean OR ended_state IS NULL)
     ORDER BY event_key DESC LIMIT $4`,
    [owner, page.before ?? null, page.isOpen, page.limit],
  )
  return rows.map((row) => ({ ...toKeyRow(row), event: normalisedEventSchema.safeParse(row.event).data }))
}

/** The key table's answers to other modules. */
export function marketplaceQueries(sql: Sql): MarketplaceQueries {
  const select = 'SELECT event_key, owner, event_id, accepted_at, ended_state FROM marketplace_api.event_keys'
  return {
    async eventByOwner(owner, eventId) {
      const [row] = await sql.query<QueryRow>(`${select} WHERE owner = $1 AND event_id = $2`, [owner, eventId])
      return row && toKeyRow(row)
    },
    async eventsByKey(eventKeys) {
      const rows = await sql.query<QueryRow>(`${select} WHERE event_key = ANY($1::uuid[])`, [eventKeys])
      return new Map(rows.map((row) => [row.event_key, toKeyRow(row)]))
    },
    async eventBody(eventKey) {
      const [row] = await sql.query<{ event: unknown }>(
        'SELECT event FROM marketplace_api.event_keys WHERE event_key = $1',
        [eventKey],
      )
      return normalisedEventSchema.safeParse(row?.event).data
    },
    async proceedsAsked(eventKeys) {
      const rows = await sql.query<{ event_key: string; owner: string; event_id: string; proceeds: unknown }>(
        `SELECT event_key, owner, event_id, event->'putProceeds' AS proceeds FROM marketplace_api.event_keys
         WHERE event_key = ANY($1::uuid[]) AND event->'putProceeds'->>'usdtAddress' IS NOT NULL`,
        [eventKeys],
      )
      return rows.flatMap((row) => {
        const { chain, usdtAddress } = putProceedsSchema.safeParse(row.proceeds).data ?? {}
        const { event_key: eventKey, owner, event_id: eventId } = row
        return chain === undefined || usdtAddress === undefined
          ? []
          : [{ eventKey, owner, eventId, chain, address: usdtAddress }]
      })
    },
    async unfinished(limit) {
      return (
        await sql.query<QueryRow>(`${select} WHERE ended_state IS NULL ORDER BY event_key LIMIT $1`, [limit])
      ).map(toKeyRow)
    },
  }
}

/** How long the oldest event that should go on by itself has not ended: since it was accepted, or since it last waited. */
export async function stalledSeconds(sql: Sql, nowMs: number): Promise<number> {
  const [row] = await sql.query<{ since: Date | null }>(
    `SELECT min(greatest(accepted_at, waits_until)) AS since FROM marketplace_api.event_keys
     WHERE ended_state IS NULL AND NOT in_review AND waits_until <= $1`,
    [toTimestamp(nowMs)],
  )
  return row?.since ? Math.max(0, nowMs - row.since.getTime()) / 1_000 : 0
}
