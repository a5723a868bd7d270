import { encodeBody, normalisedEventSchema } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Approval, ApprovalState, Charged } from '../domain/approval.ts'

interface Row {
  readonly approval_id: string
  readonly owner: string
  readonly agent_id: string
  readonly event_hash: string
  readonly event: unknown
  readonly mandate_version: number
  readonly highest_micro: bigint
  readonly units: bigint
  readonly state: ApprovalState
  readonly charges: { keyId: string; windowName: string; units: string }[] | null
  readonly asked_at: Date
  readonly expires_at: Date
}

const columns =
  'approval_id, owner, agent_id, event_hash, event, mandate_version, highest_micro, units, state, charges, asked_at, expires_at'

function fromRow(row: Row): Approval {
  return {
    approvalId: row.approval_id,
    owner: row.owner,
    agentId: row.agent_id,
    eventHash: row.event_hash,
    event: normalisedEventSchema.parse(row.event),
    mandateVersion: row.mandate_version,
    highestMicro: row.highest_micro,
    units: row.units,
    state: row.state,
    charges: (row.charges ?? []).map((charge) => ({ ...charge, units: BigInt(charge.units) })),
    askedAtMs: row.asked_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
  }
}

/** Approvals of these events, in whatever state. */
export async function findByHashes(
  sql: Sql,
  agentIds: readonly string[],
  eventHashes: readonly string[],
): Promise<Approval[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM cashier.approvals WHERE agent_id = ANY($1::text[]) AND event_hash = ANY($2::text[])`,
    [agentIds, eventHashes],
  )
  return rows.map(fromRow)
}

export async function findApproval(sql: Sql, agentId: string, approvalId: string): Promise<Approval | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM cashier.approvals WHERE agent_id = $1 AND approval_id = $2`,
    [agentId, approvalId],
  )
  return row && fromRow(row)
}

/** Locks approvals in sorted order until the transaction ends. The counters of their agents must be locked before. */
export async function lockApprovals(tx: Sql, approvalIds: readonly string[]): Promise<Map<string, Approval>> {
  if (approvalIds.length === 0) return new Map()
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM cashier.approvals WHERE approval_id = ANY($1::text[]) ORDER BY approval_id FOR UPDATE`,
    [approvalIds],
  )
  return new Map(rows.map((row) => [row.approval_id, fromRow(row)]))
}

/** The approvals of an agent, newest first. */
export async function approvalsOf(sql: Sql, agentId: string, limit: number): Promise<Approval[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM cashier.approvals WHERE agent_id = $1
     ORDER BY (state = 'undecided') DESC, asked_at DESC, approval_id LIMIT $2`,
    [agentId, limit],
  )
  return rows.map(fromRow)
}

/** Asks for an approval where there is none of this event and not too many wait. Answers whether it was stored. */
export async function insertApproval(
  sql: Sql,
  approval: Omit<Approval, 'state' | 'charges'>,
  maxUndecided: number,
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO cashier.approvals (approval_id, owner, agent_id, event_hash, event, mandate_version, highest_micro, units, state, asked_at, expires_at)
     SELECT $1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, 'undecided', $9, $10
     WHERE (SELECT count(*) FROM cashier.approvals WHERE agent_id = $3 AND state = 'undecided' AND expires_at > $9) < $11
     ON CONFLICT DO NOTHING RETURNING approval_id`,
    [
      approval.approvalId,
      approval.owner,
      approval.agentId,
      approval.eventHash,
      encodeBody(approval.event),
      approval.mandateVersion,
      approval.highestMicro.toString(),
      approval.units.toString(),
      toTimestamp(approval.askedAtMs),
      toTimestamp(approval.expiresAtMs),
      maxUndecided,
    ],
  )
  return rows.length > 0
}

/** Sets the state of locked approvals. */
export async function setApprovals(tx: Sql, approvalIds: readonly string[], state: ApprovalState): Promise<void> {
  if (approvalIds.length === 0) return
  await tx.query('UPDATE cashier.approvals SET state = $2 WHERE approval_id = ANY($1::text[])', [approvalIds, state])
}

/** Decides a locked approval, with who did, and what was charged for it. */
export async function decideApproval(
  tx: Sql,
  approvalId: string,
  decided: {
    state: 'granted' | 'denied'
    by: string
    confirmedBy: string | undefined
    charges: readonly Charged[]
    nowMs: number
  },
): Promise<void> {
  await tx.query(
    `UPDATE cashier.approvals SET state = $2, decided_by = $3, confirmed_by = $4, charges = $5::text::jsonb, decided_at = $6
     WHERE approval_id = $1`,
    [
      approvalId,
      decided.state,
      decided.by,
      decided.confirmedBy ?? null,
      encodeBody(decided.charges),
      toTimestamp(decided.nowMs),
    ],
  )
}

/** Open approvals whose time is over. */
export async function expiredApprovals(sql: Sql, nowMs: number, limit: number): Promise<Approval[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM cashier.approvals WHERE state IN ('undecided', 'granted') AND expires_at <= $1
     ORDER BY expires_at LIMIT $2`,
    [toTimestamp(nowMs), limit],
  )
  return rows.map(fromRow)
}
