import type { Sql } from '@species/database'
import type { AuditEntry, AuditLog } from '@species/http'
import { type Clock, toTimestamp } from '@species/platform'

/** The audit log over a handle: the database, or a transaction with which the line is kept or lost. */
export function createAuditLog(sql: Sql, clock: Clock): AuditLog {
  return {
    append: async (entry) => {
      await sql.query(
        `INSERT INTO authenticator.audit (request_id, phase, at, operator_id, key_id, action, target, reason, facts, trace)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10)`,
        [
          entry.requestId,
          entry.phase,
          toTimestamp(clock.now()),
          entry.operatorId,
          entry.keyId,
          entry.action,
          entry.target,
          entry.reason ?? null,
          inJson(entry.facts),
          entry.trace,
        ],
      )
    },
  }
}

function inJson(facts: object): string {
  return JSON.stringify(facts, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

/** A line as it was kept. `seq` grows; lines of one moment may have been kept in another order. */
export interface AuditRow extends AuditEntry {
  readonly seq: number
  readonly atMs: number
}

export interface AuditFilter {
  readonly operatorId?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

interface Row {
  seq: bigint
  request_id: string
  phase: AuditEntry['phase']
  at: Date
  operator_id: string
  key_id: string
  action: string
  target: string
  reason: string | null
  facts: Record<string, unknown>
  trace: string
}

/** Lines newest first, before one. */
export async function listAudit(sql: Sql, filter: AuditFilter): Promise<AuditRow[]> {
  const rows = await sql.query<Row>(
    `SELECT * FROM authenticator.audit WHERE ($1::bigint IS NULL OR seq < $1::bigint) AND ($2::text IS NULL OR operator_id = $2)
       AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR target = $4) ORDER BY seq DESC LIMIT $5`,
    [filter.before ?? null, filter.operatorId ?? null, filter.action ?? null, filter.target ?? null, filter.limit],
  )
  return rows.map((row) => ({
    seq: Number(row.seq),
    requestId: row.request_id,
    phase: row.phase,
    atMs: row.at.getTime(),
    operatorId: row.operator_id,
    keyId: row.key_id,
    action: row.action,
    target: row.target,
    reason: row.reason ?? undefined,
    facts: row.facts,
    trace: row.trace,
  }))
}
