import type { ClaimStanding } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { paymentTransferId } from '@species/kernel'
import { z } from 'zod'

const pageSize = 5_000

/** The key of a claim, as it travels: where the next page begins. */
const placeSchema = z.tuple([z.string(), z.string(), z.number(), z.number()])

interface Row {
  chain: string
  tx_hash: string
  log_index: number
  life: number
  amount_micro: bigint
  standing: ClaimStanding['standing']
}

/** Claims that credit somebody and how the ledger must have them, in the order of their keys. */
export async function claimsFrom(sql: Sql, after: string): Promise<{ claims: ClaimStanding[]; next?: string }> {
  const [chain, hash, logIndex, life] = after === '' ? ['', '', 0, 0] : placeSchema.parse(JSON.parse(after))
  const rows = await sql.query<Row>(
    `SELECT chain, tx_hash, log_index, life, amount_micro,
       CASE WHEN vanished_at IS NULL AND credited_at IS NOT NULL THEN 'booked'
         WHEN reversed_at IS NOT NULL THEN 'reversed' ELSE 'moving' END AS standing
     FROM validator.claims WHERE (chain, tx_hash, log_index, life) > ($1, $2, $3, $4) AND payer IS NOT NULL
     ORDER BY chain, tx_hash, log_index, life LIMIT $5`,
    [chain, hash, logIndex, life, pageSize],
  )
  const last = rows.at(-1)
  return {
    claims: rows.map((row) => ({
      transferId: paymentTransferId({ chain: row.chain, hash: row.tx_hash, logIndex: row.log_index, life: row.life }),
      amountMicro: row.amount_micro,
      standing: row.standing,
    })),
    ...(last === undefined || rows.length < pageSize
      ? {}
      : { next: JSON.stringify([last.chain, last.tx_hash, last.log_index, last.life]) }),
  }
}

/** Which of these payments were never claimed. */
export async function unclaimed(sql: Sql, paymentTransferIds: readonly string[]): Promise<string[]> {
  const named = paymentTransferIds.map((id) => {
    const [, chain, hash, logIndex, life] = id.split(':')
    return { id, chain, hash, log_index: logIndex, life: life ?? '0' }
  })
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT r.id FROM json_to_recordset($1::text::json) AS r(id text, chain text, hash text, log_index integer, life integer)
     WHERE NOT EXISTS (SELECT 1 FROM validator.claims c
       WHERE c.chain = r.chain AND c.tx_hash = r.hash AND c.log_index = r.log_index AND c.life = r.life) ORDER BY 1`,
    [rowsParameter(named)],
  )
  return rows.map((row) => row.id)
}
