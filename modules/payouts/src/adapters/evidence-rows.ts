import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** One person's word about a payout. */
export interface ApprovalRow {
  readonly payoutId: string
  readonly purpose: 'pay' | 'fail'
  readonly life: number
  readonly person: string
  readonly keyId: string
  readonly hash: string
  readonly atMs: number
}

/** Stores a word. False: this person has given it already. */
export async function insertApproval(tx: Sql, one: ApprovalRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO payouts.approvals (payout_id, purpose, life, person, key_id, hash, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT DO NOTHING RETURNING 1 AS stored`,
    [one.payoutId, one.purpose, one.life, one.person, one.keyId, one.hash, toTimestamp(one.atMs)],
  )
  return rows.length > 0
}

export async function approvalsOf(
  sql: Sql,
  payoutId: string,
  purpose: ApprovalRow['purpose'],
  life: number,
): Promise<ApprovalRow[]> {
  const rows = await sql.query<{ person: string; key_id: string; hash: string; at: Date }>(
    `SELECT person, key_id, hash, at FROM payouts.approvals WHERE payout_id = $1 AND purpose = $2 AND life = $3 ORDER BY at`,
    [payoutId, purpose, life],
  )
  return rows.map(({ person, key_id: keyId, hash, at }) => ({
    payoutId,
    purpose,
    life,
    person,
    keyId,
    hash,
    atMs: at.getTime(),
  }))
}

/** The one attempt to send a payout. */
export interface AttemptRow {
  readonly payoutId: string
  readonly channel: 'hand' | 'sandbox'
  readonly wallet: string
  readonly by: string
  readonly atMs: number
}

/** Stores the attempt; a second one for the same payout is an error of the table. */
export async function insertAttempt(tx: Sql, one: AttemptRow): Promise<void> {
  await tx.query(
    'INSERT INTO payouts.attempts (payout_id, channel, wallet, by_actor, at) VALUES ($1, $2, $3, $4, $5)',
    [one.payoutId, one.channel, one.wallet, one.by, toTimestamp(one.atMs)],
  )
}

export async function attemptOf(sql: Sql, payoutId: string): Promise<AttemptRow | undefined> {
  const [row] = await sql.query<{ channel: AttemptRow['channel']; wallet: string; by_actor: string; at: Date }>(
    'SELECT channel, wallet, by_actor, at FROM payouts.attempts WHERE payout_id = $1',
    [payoutId],
  )
  return row && { payoutId, channel: row.channel, wallet: row.wallet, by: row.by_actor, atMs: row.at.getTime() }
}

export interface HashRow {
  readonly hash: string
  readonly givenBy: string
  readonly finding: string | undefined
}

export async function hashesOf(sql: Sql, payoutId: string): Promise<HashRow[]> {
  const rows = await sql.query<{ hash: string; given_by: string; finding: string | null }>(
    'SELECT hash, given_by, finding FROM payouts.hashes WHERE payout_id = $1 ORDER BY at, hash',
    [payoutId],
  )
  return rows.map(({ hash, given_by: givenBy, finding }) => ({ hash, givenBy, finding: finding ?? undefined }))
}

/** Stores a transaction that is said to pay it; again changes nothing. */
export async function insertHash(
  tx: Sql,
  one: { payoutId: string; hash: string; givenBy: string; atMs: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO payouts.hashes (payout_id, hash, given_by, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [one.payoutId, one.hash, one.givenBy, toTimestamp(one.atMs)],
  )
}

export async function noteFinding(sql: Sql, payoutId: string, hash: string, finding: string): Promise<void> {
  await sql.query('UPDATE payouts.hashes SET finding = $3 WHERE payout_id = $1 AND hash = $2', [
    payoutId,
    hash,
    finding,
  ])
}

export interface HistoryRow {
  readonly state: string
  readonly actor: string
  readonly reason: string | undefined
  readonly atMs: number
}

export async function addHistory(
  tx: Sql,
  one: { payoutId: string; state: string; actor: string; reason?: string | undefined; atMs: number },
): Promise<void> {
  await tx.query('INSERT INTO payouts.history (payout_id, state, actor, reason, at) VALUES ($1, $2, $3, $4, $5)', [
    one.payoutId,
    one.state,
    one.actor,
    one.reason ?? null,
    toTimestamp(one.atMs),
  ])
}

export async function historyOf(sql: Sql, payoutId: string): Promise<HistoryRow[]> {
  const rows = await sql.query<{ state: string; actor: string; reason: string | null; at: Date }>(
    'SELECT state, actor, reason, at FROM payouts.history WHERE payout_id = $1 ORDER BY seq LIMIT 200',
    [payoutId],
  )
  return rows.map(({ state, actor, reason, at }) => ({ state, actor, reason: reason ?? undefined, atMs: at.getTime() }))
}
