import type { ModuleName } from '@species/contracts'
import type { Sql } from '@species/database'

/** A review with the message of its event as it was stored: it is shown, not read, so one of a newer version is shown as well. */
export interface ReviewDetail {
  readonly eventKey: string
  readonly raisedBy: ModuleName
  readonly reason: string
  readonly facts: Readonly<Record<string, string>>
  readonly message: Readonly<Record<string, unknown>>
  readonly openedAtMs: number
  readonly decision: 'confirm' | 'refuse' | undefined
  readonly decisionReason: string | undefined
  readonly decidedBy: string | undefined
  readonly decidedAtMs: number | undefined
}

export async function readReviewDetail(sql: Sql, eventKey: string): Promise<ReviewDetail | undefined> {
  const [row] = await sql.query<{
    event_key: string
    raised_by: ModuleName
    reason: string
    facts: Record<string, string>
    dossier: Record<string, unknown>
    opened_at: Date
    decision: 'confirm' | 'refuse' | null
    decision_reason: string | null
    decided_by: string | null
    decided_at: Date | null
  }>(
    `SELECT event_key, raised_by, reason, facts, dossier, opened_at, decision, decision_reason, decided_by, decided_at
     FROM floor_manager.reviews WHERE event_key = $1`,
    [eventKey],
  )
  return (
    row && {
      eventKey: row.event_key,
      raisedBy: row.raised_by,
      reason: row.reason,
      facts: row.facts,
      message: row.dossier,
      openedAtMs: row.opened_at.getTime(),
      decision: row.decision ?? undefined,
      decisionReason: row.decision_reason ?? undefined,
      decidedBy: row.decided_by ?? undefined,
      decidedAtMs: row.decided_at?.getTime(),
    }
  )
}
