import type { Chain } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** What payers have paid by claims that may still vanish, micro-units: with a re-check to come, or claimed after the time of their chain. */
export async function immature(
  sql: Sql,
  payers: readonly string[],
  claimedAfterMs: Readonly<Record<Chain, number>>,
): Promise<Map<string, bigint>> {
  const floors = Object.entries(claimedAfterMs).map(([chain, ms]) => ({ chain, after: toTimestamp(ms) }))
  const rows = await sql.query<{ payer: string; micro: bigint }>(
    `SELECT payer, sum(amount_micro)::bigint AS micro FROM (
       SELECT chain, tx_hash, log_index, life, payer, amount_micro FROM validator.claims
       WHERE payer = ANY($1::text[]) AND recheck_at IS NOT NULL AND vanished_at IS NULL
       UNION
       SELECT c.chain, tx_hash, log_index, life, payer, amount_micro
       FROM json_to_recordset($2::text::json) AS f(chain text, after timestamptz)
       JOIN validator.claims c ON c.payer = ANY($1::text[]) AND c.chain = f.chain AND c.claimed_at > f.after AND c.vanished_at IS NULL) young
     GROUP BY payer`,
    [payers, rowsParameter(floors)],
  )
  return new Map(rows.map(({ payer, micro }) => [payer, micro]))
}
