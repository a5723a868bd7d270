import type { Sql } from '@species/database'
import type { Proposal } from '@species/flow'
import { toTimestamp } from '@species/platform'

interface Row {
  seq: bigint
  proposal_id: string
  kind: string
  target: string
  body: unknown
  action_hash: string
  in_words: string
  reason: string
  proposed_by: string
  proposed_with: string
  proposed_at: Date
  not_before: Date
  expires_at: Date
  status: Proposal['status']
  decided_by: string | null
  decided_at: Date | null
  decision_reason: string | null
}

function fromRow(row: Row): Proposal & { readonly seq: number } {
  return {
    seq: Number(row.seq),
    proposalId: row.proposal_id,
    kind: row.kind,
    target: row.target,
    body: row.body,
    actionHash: row.action_hash,
    inWords: row.in_words,
    reason: row.reason,
    proposedBy: row.proposed_by,
    proposedWith: row.proposed_with,
    proposedAtMs: row.proposed_at.getTime(),
    notBeforeMs: row.not_before.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    status: row.status,
    decidedBy: row.decided_by ?? undefined,
    decidedAtMs: row.decided_at?.getTime(),
    decisionReason: row.decision_reason ?? undefined,
  }
}

/** Stores a proposal, and answers with it; undefined where an open one says the same. */
export async function insertProposal(
  tx: Sql,
  one: Omit<Proposal, 'status' | 'decidedBy' | 'decidedAtMs' | 'decisionReason'>,
): Promise<Proposal | undefined> {
  const [row] = await tx.query<Row>(
    `INSERT INTO authenticator.proposals (proposal_id, kind, target, body, action_hash, in_words, reason, proposed_by, proposed_with,
       proposed_at, not_before, expires_at, status)
     VALUES ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, 'open')
     ON CONFLICT (action_hash) WHERE status = 'open' DO NOTHING RETURNING *`,
    [
      one.proposalId,
      one.kind,
      one.target,
      JSON.stringify(one.body),
      one.actionHash,
      one.inWords,
      one.reason,
      one.proposedBy,
      one.proposedWith,
      toTimestamp(one.proposedAtMs),
      toTimestamp(one.notBeforeMs),
      toTimestamp(one.expiresAtMs),
    ],
  )
  return row && fromRow(row)
}

/** The open proposal of exactly this action, also one that has expired. */
export async function findOpen(sql: Sql, actionHash: string): Promise<Proposal | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT * FROM authenticator.proposals WHERE action_hash = $1 AND status = 'open'`,
    [actionHash],
  )
  return row && fromRow(row)
}

export async function countOpen(sql: Sql, person: string, nowMs: number): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM authenticator.proposals WHERE proposed_by = $1 AND status = 'open' AND expires_at > $2`,
    [person, toTimestamp(nowMs)],
  )
  return Number(row?.count ?? 0n)
}

export async function findProposal(sql: Sql, proposalId: string): Promise<Proposal | undefined> {
  const [row] = await sql.query<Row>('SELECT * FROM authenticator.proposals WHERE proposal_id = $1', [proposalId])
  return row && fromRow(row)
}

/** Locks a proposal until the transaction ends: it is decided once. */
export async function lockProposal(tx: Sql, proposalId: string): Promise<Proposal | undefined> {
  const [row] = await tx.query<Row>('SELECT * FROM authenticator.proposals WHERE proposal_id = $1 FOR UPDATE', [
    proposalId,
  ])
  return row && fromRow(row)
}

export interface Ending {
  readonly status: Exclude<Proposal['status'], 'open'>
  readonly decidedBy: string
  readonly decidedWith: string
  readonly reason?: string
  readonly nowMs: number
}

/** Closes a locked proposal. */
export async function endProposal(tx: Sql, proposalId: string, end: Ending): Promise<Proposal | undefined> {
  const [row] = await tx.query<Row>(
    `UPDATE authenticator.proposals SET status = $2, decided_by = $3, decided_with = $4, decided_at = $5, decision_reason = $6
     WHERE proposal_id = $1 RETURNING *`,
    [proposalId, end.status, end.decidedBy, end.decidedWith, toTimestamp(end.nowMs), end.reason ?? null],
  )
  return row && fromRow(row)
}

/** Proposals newest first, before one; only open ones that have not expired, or all. */
export async function listProposals(
  sql: Sql,
  page: { onlyOpen: boolean; before: number | undefined; limit: number; nowMs: number },
): Promise<(Proposal & { readonly seq: number })[]> {
  const rows = await sql.query<Row>(
    `SELECT * FROM authenticator.proposals WHERE ($1::bigint IS NULL OR seq < $1::bigint)
       AND (NOT $2::boolean OR (status = 'open' AND expires_at > $3)) ORDER BY seq DESC LIMIT $4`,
    [page.before ?? null, page.onlyOpen, toTimestamp(page.nowMs), page.limit],
  )
  return rows.map(fromRow)
}
