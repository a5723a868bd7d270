import { type Chain, type ClaimedPayment, type ValidatorQueries, chains } from '@species/contracts'
import type { Sql } from '@species/database'

interface Row {
  chain: Chain
  tx_hash: string
  from_address: string
  to_address: string
  amount_micro: bigint
  event_key: string | null
  payer: string | null
  block_time: Date
  claimed_at: Date
  vanished_at: Date | null
}

/** Claims that are told of an event, or of a transaction. */
const most = 100

/** The claims of an event, or of a transaction: by the indexes of both, those that vanished as well. */
export async function paymentsOf(
  sql: Sql,
  by: Parameters<ValidatorQueries['paymentsOf']>[0],
): Promise<ClaimedPayment[]> {
  const columns =
    'chain, tx_hash, from_address, to_address, amount_micro, event_key, payer, block_time, claimed_at, vanished_at'
  const rows =
    'eventKey' in by
      ? await sql.query<Row>(
          `SELECT ${columns} FROM validator.claims WHERE event_key = $1 ORDER BY claimed_at LIMIT $2`,
          [by.eventKey, most],
        )
      : await sql.query<Row>(
          `(SELECT ${columns} FROM validator.claims
              WHERE chain = ANY($1::text[]) AND tx_hash = $2 AND vanished_at IS NULL LIMIT $3)
           UNION ALL (SELECT ${columns} FROM validator.claims
              WHERE chain = ANY($1::text[]) AND tx_hash = $2 AND vanished_at IS NOT NULL LIMIT $3)
           ORDER BY claimed_at`,
          [chains, by.hash, most],
        )
  return rows.map((row) => ({
    chain: row.chain,
    hash: row.tx_hash,
    fromAddress: row.from_address,
    toAddress: row.to_address,
    amountMicro: row.amount_micro,
    eventKey: row.event_key ?? undefined,
    payer: row.payer ?? undefined,
    minedAtMs: row.block_time.getTime(),
    claimedAtMs: row.claimed_at.getTime(),
    vanishedAtMs: row.vanished_at?.getTime(),
  }))
}
