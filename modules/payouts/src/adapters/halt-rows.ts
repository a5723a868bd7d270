import type { PayoutHalt } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Halts that are open at the same time; beyond, money out is halted anyway. */
export const maxOpenHalts = 100

export interface HaltRow extends PayoutHalt {
  readonly haltId: bigint
  readonly atMs: number
  readonly resumedBy: string | undefined
  readonly resumeReason: string | undefined
  readonly resumedAtMs: number | undefined
}

interface Row {
  halt_id: bigint
  cause: string
  reason: string
  halted_by: string
  halted_at: Date
  resumed_by: string | null
  resume_reason: string | null
  resumed_at: Date | null
}
const columns = 'halt_id, cause, reason, halted_by, halted_at, resumed_by, resume_reason, resumed_at'
const fromRow = (row: Row): HaltRow => ({
  haltId: row.halt_id,
  cause: row.cause,
  reason: row.reason,
  by: row.halted_by,
  atMs: row.halted_at.getTime(),
  resumedBy: row.resumed_by ?? undefined,
  resumeReason: row.resume_reason ?? undefined,
  resumedAtMs: row.resumed_at?.getTime(),
})

const lockName = 'payouts halt'

/** Waits for every transaction that approves or sends a payout, and keeps new ones out until the caller's ends. */
export async function lockHalts(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [lockName])
}

/** Whether money out is halted. It stays so, or not, until the caller's transaction ends. */
export async function isHalted(tx: Sql): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [lockName])
  return (await openHalts(tx, 1)).length > 0
}

/** The halts that are open, oldest first. */
export async function openHalts(sql: Sql, limit = maxOpenHalts): Promise<HaltRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.halts WHERE resumed_at IS NULL ORDER BY halt_id LIMIT $1`,
    [limit],
  )
  return rows.map(fromRow)
}

/** The newest halts that have ended. */
export async function endedHalts(sql: Sql, limit: number): Promise<HaltRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.halts WHERE resumed_at IS NOT NULL ORDER BY halt_id DESC LIMIT $1`,
    [limit],
  )
  return rows.map(fromRow)
}

/** Stores a halt. False: this cause has halted before. */
export async function insertHalt(tx: Sql, { cause, reason, by }: PayoutHalt, atMs: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO payouts.halts (cause, reason, halted_by, halted_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING 1 AS stored`,
    [cause, reason, by, toTimestamp(atMs)],
  )
  return rows.length > 0
}

/** Ends every open halt. */
export async function endHalts(tx: Sql, by: string, reason: string, atMs: number): Promise<void> {
  await tx.query(
    'UPDATE payouts.halts SET resumed_by = $1, resume_reason = $2, resumed_at = $3 WHERE resumed_at IS NULL',
    [by, reason, toTimestamp(atMs)],
  )
}
