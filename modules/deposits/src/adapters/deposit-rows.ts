import type { Chain, FoundTransfer } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type TransferRow, toTransfer, transferColumns } from './queries.ts'

/**
 * What became of a transfer: `claimed`, something else holds it; `suspense`, booked there; `internal`, it came from an address of ours; the
 * others, what operators decided.
 */
export type Explained = 'claimed' | 'suspense' | 'internal' | 'assigned' | 'kept' | 'forwarded'

/** A transfer with what became of it. */
export interface Deposit extends FoundTransfer {
  readonly depositId: string
  readonly finalAtMs: number | undefined
  readonly explained: Explained | undefined
  readonly explainedAtMs: number | undefined
  /** Names its booking in suspense. */
  readonly booking: string | undefined
}

interface Row extends TransferRow {
  deposit_id: string
  final_at: Date | null
  explained: Explained | null
  explained_at: Date | null
  booking: string | null
}
export const depositColumns = `${transferColumns}, deposit_id, final_at, explained, explained_at, booking::text`

export function toDeposit(row: Row): Deposit {
  return {
    ...toTransfer(row),
    depositId: row.deposit_id,
    finalAtMs: row.final_at?.getTime(),
    explained: row.explained ?? undefined,
    explainedAtMs: row.explained_at?.getTime(),
    booking: row.booking ?? undefined,
  }
}
export type DepositRow = Row

/** When the first transfer that is final has waited `patienceMs` for a claim. */
export const undecidedDue = (patienceMs: number): string =>
  `SELECT min(final_at) + interval '${patienceMs} milliseconds' FROM deposits.transfers WHERE status = 'final' AND explained IS NULL`

/** Transfers of a chain that became final by then and were not looked at, oldest first. */
export async function undecided(sql: Sql, chain: Chain, finalByMs: number, atMost: number): Promise<Deposit[]> {
  const rows = await sql.query<Row>(
    `SELECT ${depositColumns} FROM deposits.transfers
     WHERE chain = $1 AND status = 'final' AND explained IS NULL AND final_at <= $2 ORDER BY final_at, deposit_id LIMIT $3`,
    [chain, toTimestamp(finalByMs), atMost],
  )
  return rows.map(toDeposit)
}

/** One deposit, locked until the transaction ends. */
export async function lockDeposit(tx: Sql, depositId: string): Promise<Deposit | undefined> {
  const [row] = await tx.query<Row>(
    `SELECT ${depositColumns} FROM deposits.transfers WHERE deposit_id = $1 FOR UPDATE`,
    [depositId],
  )
  return row && toDeposit(row)
}

/** What became of a deposit. */
export async function explain(
  tx: Sql,
  depositId: string,
  explained: Explained,
  { nowMs, booking }: { readonly nowMs: number; readonly booking?: string },
): Promise<void> {
  await tx.query(
    'UPDATE deposits.transfers SET explained = $2, explained_at = $3, booking = coalesce($4, booking) WHERE deposit_id = $1',
    [depositId, explained, toTimestamp(nowMs), booking ?? null],
  )
}

/** The first deposits in suspense, the oldest first, after the named one. */
export async function inSuspense(sql: Sql, after: string | undefined, atMost: number): Promise<Deposit[]> {
  const rows = await sql.query<Row>(
    `SELECT ${depositColumns} FROM deposits.transfers WHERE explained = 'suspense' AND ($1::text IS NULL OR
       (final_at, deposit_id) > (SELECT final_at, deposit_id FROM deposits.transfers WHERE deposit_id = $1))
     ORDER BY final_at, deposit_id LIMIT $2`,
    [after ?? null, atMost],
  )
  return rows.map(toDeposit)
}

/** Which deposits are asked for. */
export interface DepositFilter {
  readonly unexplained: boolean
  /** Final by then. */
  readonly finalByMs: number | undefined
  /** The last one of the page before. */
  readonly after: string | undefined
  readonly limit: number
}

/** Deposits for operators, the newest first; unexplained ones are those in suspense and those that were not looked at. */
export async function listDeposits(sql: Sql, filter: DepositFilter): Promise<Deposit[]> {
  const rows = await sql.query<Row>(
    `SELECT ${depositColumns} FROM deposits.transfers
     WHERE (NOT $1 OR (status <> 'gone' AND (explained IS NULL OR explained = 'suspense')))
       AND ($2::timestamptz IS NULL OR final_at <= $2)
       AND ($3::text IS NULL OR (found_at, deposit_id) < (SELECT found_at, deposit_id FROM deposits.transfers WHERE deposit_id = $3))
     ORDER BY found_at DESC, deposit_id DESC LIMIT $4`,
    [
      filter.unexplained,
      filter.finalByMs === undefined ? null : toTimestamp(filter.finalByMs),
      filter.after ?? null,
      filter.limit,
    ],
  )
  return rows.map(toDeposit)
}
