import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** How far the ledger has been taken over, and why the last round ended early. */
export interface Progress {
  readonly seq: bigint
  readonly failure: string | undefined
  readonly failedAtMs: number | undefined
}

export async function readProgress(sql: Sql): Promise<Progress> {
  const [row] = await sql.query<{ seq: bigint; failure: string | null; failed_at: Date | null }>(
    'SELECT seq, failure, failed_at FROM mirror.progress',
  )
  return { seq: row?.seq ?? 0n, failure: row?.failure ?? undefined, failedAtMs: row?.failed_at?.getTime() }
}

/** Makes this process the one that writes, unless another is. */
export async function takeLease(sql: Sql, lease: string, nowMs: number, leaseMs: number): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO mirror.progress (singleton, seq, lease, leased_until) VALUES (true, 0, $1, $2)
     ON CONFLICT (singleton) DO UPDATE SET lease = $1, leased_until = $2
       WHERE mirror.progress.lease IS NULL OR mirror.progress.leased_until <= $3
     RETURNING 1 AS taken`,
    [lease, toTimestamp(nowMs + leaseMs), toTimestamp(nowMs)],
  )
  return rows.length > 0
}

/**
 * Locks the lease for the rest of the transaction. False where another process has taken it over: then nothing may be stored, because
 * that process has read the rows already.
 */
export async function keepLease(tx: Sql, lease: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 AS mine FROM mirror.progress WHERE lease = $1 FOR UPDATE', [lease])
  return rows.length > 0
}

/** Lets another process write at once. */
export async function endLease(sql: Sql, lease: string, failure: string | undefined, nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE mirror.progress SET lease = NULL, leased_until = NULL, failure = $2, failed_at = $3 WHERE lease = $1',
    [lease, failure ?? null, failure === undefined ? null : toTimestamp(nowMs)],
  )
}

export async function noteSeq(tx: Sql, seq: bigint): Promise<void> {
  await tx.query('UPDATE mirror.progress SET seq = $1::bigint', [seq.toString()])
}

/** Transactions up to `under` have ended; those from `from` on had not begun. */
export interface Horizon {
  readonly under: bigint
  readonly from: bigint
}

export async function horizonOf(sql: Sql): Promise<Horizon> {
  const [row] = await sql.query<{ under: string; from: string }>(
    `SELECT pg_snapshot_xmin(s)::text AS under, pg_snapshot_xmax(s)::text AS "from" FROM pg_current_snapshot() AS s`,
  )
  return { under: BigInt(row?.under ?? 0), from: BigInt(row?.from ?? 0) }
}
