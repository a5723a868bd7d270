import type { Dossier } from '@species/contracts'
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
