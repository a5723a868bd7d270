import type { Chain, Recheck } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type KeptClaim, type Row, columns, fromRow } from './claim-rows.ts'

/** A transaction has no more transfers than this that a reader shows, so those of one are taken together. */
const maxClaims = 5_000

/**
 * Takes claims whose re-check is due, putting it off by `leaseMs`: those longest due, and all others that are due of the same
 * transactions, since one answer of the chain is for all of them.
 */
export async function takeDueRechecks(sql: Sql, nowMs: number, leaseMs: number, limit: number): Promise<KeptClaim[]> {
  const rows = await sql.query<Row>(
    `UPDATE validator.claims c SET recheck_at = $2 FROM (
       SELECT chain, tx_hash, log_index, life FROM validator.claims
       WHERE recheck_at <= $1 AND (chain, tx_hash) IN (
         SELECT chain, tx_hash FROM validator.claims WHERE recheck_at <= $1 ORDER BY recheck_at LIMIT $3)
       ORDER BY recheck_at LIMIT $4 FOR UPDATE SKIP LOCKED) d
     WHERE c.chain = d.chain AND c.tx_hash = d.tx_hash AND c.log_index = d.log_index AND c.life = d.life
     RETURNING ${columns
       .split(', ')
       .map((name) => `c.${name}`)
       .join(', ')}`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit, maxClaims],
  )
  return rows.map(fromRow)
}

/** A claim, and what a look at it came to. */
export interface Rechecked extends Recheck {
  readonly claim: KeptClaim
}

/**
 * Records re-checks; answers with the recorded ones. Of a claim at which another process has looked since it was read, as when
 * this process stood still for longer than its lease, nothing is recorded.
 */
export async function recordRechecks(sql: Sql, rechecks: readonly Rechecked[]): Promise<Rechecked[]> {
  if (rechecks.length === 0) return []
  const rows = await sql.query<{ nth: number }>(
    `UPDATE validator.claims c SET recheck_at = r.recheck_at, rechecks_done = r.done, missing = r.missing, vanished_at = r.vanished_at
     FROM json_to_recordset($1::text::json) AS r(place integer, chain text, tx_hash text, log_index integer, life integer,
       recheck_at timestamptz, done integer, missing integer, vanished_at timestamptz, done_before integer, missing_before integer)
     WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index AND c.life = r.life
       AND c.rechecks_done = r.done_before AND c.missing = r.missing_before AND c.vanished_at IS NULL RETURNING r.place AS nth`,
    [
      rowsParameter(
        rechecks.map(({ claim, nextMs, done, missing, vanishedAtMs }, place) => ({
          place,
          chain: claim.chain,
          tx_hash: claim.hash,
          log_index: claim.logIndex,
          life: claim.life,
          recheck_at: nextMs === undefined ? undefined : toTimestamp(nextMs),
          done,
          missing,
          vanished_at: vanishedAtMs === undefined ? undefined : toTimestamp(vanishedAtMs),
          done_before: claim.rechecksDone,
          missing_before: claim.missing,
        })),
      ),
    ],
  )
  const recorded = new Set(rows.map((row) => row.nth))
  return rechecks.filter((_, place) => recorded.has(place))
}

/** When the first claim is due for a re-check. */
export const recheckDue = 'SELECT min(recheck_at) FROM validator.claims WHERE recheck_at IS NOT NULL'

/** A claim as an operator sees it. */
export interface ClaimView extends KeptClaim {
  readonly vanishedAtMs: number | undefined
}

/** Makes the standing claims of a transaction due for a re-check now; answers with all its claims, however many lives they had. */
export async function lookAgain(sql: Sql, chain: Chain, hash: string, nowMs: number): Promise<ClaimView[]> {
  await sql.query(
    'UPDATE validator.claims SET recheck_at = $3 WHERE chain = $1 AND tx_hash = $2 AND vanished_at IS NULL AND payer IS NOT NULL',
    [chain, hash, toTimestamp(nowMs)],
  )
  const rows = await sql.query<Row & { vanished_at: Date | null }>(
    `SELECT ${columns}, vanished_at FROM validator.claims WHERE chain = $1 AND tx_hash = $2 AND payer IS NOT NULL ORDER BY log_index, life LIMIT ${maxClaims}`,
    [chain, hash],
  )
  return rows.map((row) => ({ ...fromRow(row), vanishedAtMs: row.vanished_at?.getTime() }))
}
