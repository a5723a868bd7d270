import {
  type MarketplaceEvent,
  normalisedEventSchema,
  type Dossier,
  type EndState,
  type EventKeyRow,
  type MarketplaceQueries,
  dossierSchema,
} from '@species/contracts'
import type { DueRow } from '@species/flow'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** An event as it is accepted. */
export interface AcceptedEvent {
  readonly dossier: Dossier
  readonly bodyHash: string
  readonly rawBody: string
  readonly trace: string
  readonly firstSweepAtMs: number
}

/** What the key table holds for an owner's event id. */
export interface KeptEvent {
  readonly owner: string
  readonly eventId: string
  readonly eventKey: string
  readonly bodyHash: string
  readonly acceptedAtMs: number
}

/** Keeps new events, with their raw bodies; answers with the keys that were new. Others were there before. */
export async function keepEvents(tx: Sql, events: readonly AcceptedEvent[]): Promise<Set<string>> {
  const rows = events.map(({ dossier, bodyHash, rawBody, trace, firstSweepAtMs }) => ({
    owner: dossier.owner,
    event_id: dossier.eventId,
    event_key: dossier.eventKey,
    body_hash: bodyHash,
    event: dossier.event,
    key_id: dossier.keyId,
    limits: dossier.limits,
    config_version: dossier.configVersion,
    classifier_version: dossier.classifierVersion,
    trace,
    accepted_at: toTimestamp(dossier.times.accepted ?? 0),
    deadline_at: toTimestamp(dossier.deadlineMs),
    next_sweep_at: toTimestamp(firstSweepAtMs),
    raw_body: rawBody,
  }))
  const kept = await tx.query<{ event_key: string }>(
    `WITH given AS (SELECT * FROM json_to_recordset($1::text::json) AS r(owner text, event_id text, event_key uuid, body_hash text,
        event jsonb, key_id text, limits jsonb, config_version bigint, classifier_version integer, trace text,
        accepted_at timestamptz, deadline_at timestamptz, next_sweep_at timestamptz, raw_body text)),
     kept AS (INSERT INTO marketplace_api.event_keys (owner, event_id, event_key, body_hash, event, key_id, limits, config_version,
        classifier_version, trace, accepted_at, deadline_at, next_sweep_at, sweeps, in_review)
        SELECT owner, event_id, event_key, body_hash, event, key_id, limits, config_version, classifier_version, trace,
        accepted_at, deadline_at, next_sweep_at, 0, false FROM given ORDER BY owner, event_id, event_key
        ON CONFLICT (owner, event_id) DO NOTHING RETURNING event_key),
     bodies AS (INSERT INTO marketplace_api.event_bodies (event_key, received_at, raw_body)
        SELECT given.event_key, given.accepted_at, given.raw_body FROM given JOIN kept USING (event_key))
     SELECT event_key FROM kept`,
    [rowsParameter(rows)],
  )
  return new Set(kept.map((row) => row.event_key))
}

/** The kept events of these owners and ids. */
export async function findEvents(sql: Sql, ids: readonly { owner: string; eventId: string }[]): Promise<KeptEvent[]> {
  const rows = await sql.query<{
    owner: string
    event_id: string
    event_key: string
    body_hash: string
    accepted_at: Date
  }>(
    `SELECT k.owner, k.event_id, k.event_key, k.body_hash, k.accepted_at FROM marketplace_api.event_keys k
     JOIN json_to_recordset($1::text::json) AS r(owner text, event_id text) USING (owner, event_id)`,
    [rowsParameter(ids.map(({ owner, eventId }) => ({ owner, event_id: eventId })))],
  )
  return rows.map((row) => ({
    owner: row.owner,
    eventId: row.event_id,
    eventKey: row.event_key,
    bodyHash: row.body_hash,
    acceptedAtMs: row.accepted_at.getTime(),
  }))
}

interface KeyRow {
  owner: string
  event_id: string
  event_key: string
  event: unknown
  key_id: string
  limits: unknown
  config_version: bigint
  classifier_version: number
  trace: string
  accepted_at: Date
  deadline_at: Date
}

const columns =
  'owner, event_id, event_key, event, key_id, limits, config_version, classifier_version, trace, accepted_at, deadline_at'

/**
 * An event in review waits for a person, and nothing drives it on. Yet of the two messages that say so one may have been lost, so
 * that nobody sees it: its replay, now and then, opens the review again where there is none.
 */
const reviewPauseMs = 5 * 60_000

/**
 * Takes due, unfinished events for driving again, and puts their next time off. Several processes never take the same one. What has a
 * dead letter stands still until an operator sends that again.
 */
export async function takeDueEvents(
  sql: Sql,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<DueRow<{ dossier: Dossier; trace: string; inReview: boolean }>[]> {
  const rows = await sql.query<KeyRow & { in_review: boolean }>(
    `UPDATE marketplace_api.event_keys SET sweeps = sweeps + 1,
       next_sweep_at = $1::timestamptz + least(15 * power(2, least(sweeps, 10)), 300) * interval '1 second'
     WHERE event_key IN (
       SELECT event_key FROM marketplace_api.event_keys k
       WHERE ended_state IS NULL AND next_sweep_at <= $1 AND (NOT in_review OR next_sweep_at <= $3)
         AND NOT EXISTS (SELECT 1 FROM runtime.dead_letters d WHERE d.key = k.event_key::text AND d.parked_at IS NOT NULL)
       ORDER BY next_sweep_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}, in_review`,
    [toTimestamp(nowMs), limit, toTimestamp(nowMs - reviewPauseMs)],
  )
  return rows.map((row) => ({
    topic: 'accepted',
    key: row.event_key,
    trace: row.trace,
    body: storedDossier(row),
    read: () => ({ dossier: dossierSchema.parse(storedDossier(row)), trace: row.trace, inReview: row.in_review }),
  }))
}

/** The dossier that the row stands for, as it is stored. */
function storedDossier(row: KeyRow): object {
  return {
    eventKey: row.event_key,
    eventId: row.event_id,
    owner: row.owner,
    keyId: row.key_id,
    ...(row.limits === null ? {} : { limits: row.limits }),
    event: row.event,
    configVersion: Number(row.config_version),
    classifierVersion: row.classifier_version,
    deadlineMs: row.deadline_at.getTime(),
    times: { accepted: row.accepted_at.getTime() },
  }
}

/**
 * After a start on a bus that forgets: everything unfinished is due now, reviews too. The replay of one reaches the row that
 * says so, which opens it again or repeats its decision: either may have died with the bus.
 */
export async function makeAllDue(sql: Sql, nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE marketplace_api.event_keys SET next_sweep_at = $1, in_review = false WHERE ended_state IS NULL',
    [toTimestamp(nowMs)],
  )
}

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
    async unfinished(limit) {
      return (
        await sql.query<QueryRow>(`${select} WHERE ended_state IS NULL ORDER BY event_key LIMIT $1`, [limit])
      ).map(toKeyRow)
    },
  }
}
