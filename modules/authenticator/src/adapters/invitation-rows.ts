import { createHash } from 'node:crypto'
import type { OperatorRole } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Invitation } from '../domain/invitation.ts'

interface InvitationRow {
  readonly invitation_id: string
  readonly onli_id: string
  readonly operator_id: string | null
  readonly name: string | null
  readonly role: OperatorRole | null
  readonly is_new: boolean
  readonly is_second: boolean
  readonly made_by: string
  readonly created_at: Date
  readonly expires_at: Date
  readonly redeemed_at: Date | null
  readonly revoked_at: Date | null
}

const columns =
  'invitation_id, onli_id, operator_id, name, role, is_new, is_second, made_by, created_at, expires_at, redeemed_at, revoked_at'

/** What is kept of a token: 256 random bits need no salt. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export async function insertInvitation(tx: Sql, one: Invitation, token: string): Promise<void> {
  await tx.query(
    `INSERT INTO authenticator.invitations (invitation_id, token_hash, onli_id, operator_id, name, role, is_new, is_second, made_by,
       created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      one.invitationId,
      hashOf(token),
      one.onliId,
      one.operatorId ?? null,
      one.name ?? null,
      one.role ?? null,
      one.isNew,
      one.isSecond,
      one.madeBy,
      toTimestamp(one.createdAtMs),
      toTimestamp(one.expiresAtMs),
    ],
  )
}

export async function findByToken(sql: Sql, token: string): Promise<Invitation | undefined> {
  const [row] = await sql.query<InvitationRow>(
    `SELECT ${columns} FROM authenticator.invitations WHERE token_hash = $1`,
    [hashOf(token)],
  )
  return row && fromRow(row)
}

/** The same, locked until the transaction ends: of two that redeem it one gets it. */
export async function lockByToken(tx: Sql, token: string): Promise<Invitation | undefined> {
  const [row] = await tx.query<InvitationRow>(
    `SELECT ${columns} FROM authenticator.invitations WHERE token_hash = $1 FOR UPDATE`,
    [hashOf(token)],
  )
  return row && fromRow(row)
}

export async function markRedeemed(tx: Sql, invitationId: string, nowMs: number): Promise<void> {
  await tx.query('UPDATE authenticator.invitations SET redeemed_at = $2 WHERE invitation_id = $1', [
    invitationId,
    toTimestamp(nowMs),
  ])
}

/** Revokes a link that is not redeemed; undefined where there is none. Again is the same. */
export async function revokeInvitation(
  tx: Sql,
  invitationId: string,
  by: string,
  nowMs: number,
): Promise<Invitation | undefined> {
  const [row] = await tx.query<InvitationRow>(
    `UPDATE authenticator.invitations SET revoked_at = coalesce(revoked_at, $2), revoked_by = coalesce(revoked_by, $3)
     WHERE invitation_id = $1 AND redeemed_at IS NULL RETURNING ${columns}`,
    [invitationId, toTimestamp(nowMs), by],
  )
  return row && fromRow(row)
}

/** The newest invitations; 200 hold all that are open lately. */
export async function listInvitations(sql: Sql): Promise<Invitation[]> {
  const rows = await sql.query<InvitationRow>(
    `SELECT ${columns} FROM authenticator.invitations ORDER BY created_at DESC, invitation_id LIMIT 200`,
  )
  return rows.map(fromRow)
}

/** Open links, all of them or those that this person made. */
export async function countOpenInvitations(
  sql: Sql,
  nowMs: number,
): Promise<{ readonly all: number; readonly byMaker: ReadonlyMap<string, number> }> {
  const rows = await sql.query<{ maker: string; count: bigint }>(
    `SELECT split_part(made_by, '/', 1) AS maker, count(*) AS count FROM authenticator.invitations
     WHERE redeemed_at IS NULL AND revoked_at IS NULL AND expires_at > $1 GROUP BY 1`,
    [toTimestamp(nowMs)],
  )
  const byMaker = new Map(rows.map(({ maker, count }) => [maker, Number(count)]))
  return { all: [...byMaker.values()].reduce((sum, count) => sum + count, 0), byMaker }
}

function fromRow(row: InvitationRow): Invitation {
  return {
    invitationId: row.invitation_id,
    onliId: row.onli_id,
    operatorId: row.operator_id ?? undefined,
    name: row.name ?? undefined,
    role: row.role ?? undefined,
    isNew: row.is_new,
    isSecond: row.is_second,
    madeBy: row.made_by,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    redeemedAtMs: row.redeemed_at?.getTime(),
    revokedAtMs: row.revoked_at?.getTime(),
  }
}
