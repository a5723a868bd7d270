import type { Chain, ProvenTransfer, TransferName } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Decision } from '../domain/policy.ts'

/** USDT that came in for a quote. */
export interface TransferRow extends ProvenTransfer {
  readonly quoteKey: string
  readonly isFinal: boolean
  readonly decision: Decision
  readonly claimedAtMs: number | undefined
}

interface Row {
  chain: Chain
  tx_hash: string
  from_address: string
  to_address: string
  raw_value: string
  nth: number
  quote_key: string
  log_index: number
  amount_micro: bigint
  block_number: bigint
  block_time: Date
  is_final: boolean
  decision: Decision
  claimed_at: Date | null
}
const columns =
  'chain, tx_hash, from_address, to_address, raw_value::text, nth, quote_key, log_index, amount_micro, block_number, block_time, is_final, decision, claimed_at'
const nameColumns = ['chain', 'tx_hash', 'from_address', 'to_address', 'raw_value', 'nth']
const sameName = nameColumns.map((column) => `t.${column} = r.${column}`).join(' AND ')
const nameTypes = 'chain text, tx_hash text, from_address text, to_address text, raw_value numeric, nth integer'

const fromRow = (row: Row): TransferRow => ({
  chain: row.chain,
  hash: row.tx_hash,
  fromAddress: row.from_address,
  toAddress: row.to_address,
  rawValue: BigInt(row.raw_value),
  nth: row.nth,
  quoteKey: row.quote_key,
  logIndex: row.log_index,
  amountMicro: row.amount_micro,
  blockNumber: Number(row.block_number),
  blockTimeMs: row.block_time.getTime(),
  isFinal: row.is_final,
  decision: row.decision,
  claimedAtMs: row.claimed_at?.getTime(),
})

/** What is known of transfers to an address that are not claimed yet, or of these transactions. */
export async function transfersAt(
  sql: Sql,
  chain: Chain,
  address: string,
  hashes: readonly string[],
): Promise<TransferRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.transfers WHERE chain = $1 AND to_address = $2 AND claimed_at IS NULL AND decision <> 'operator'
     UNION SELECT ${columns} FROM quotes.transfers WHERE chain = $1 AND to_address = $2 AND tx_hash = ANY($3::text[])`,
    [chain, address, hashes],
  )
  return rows.map(fromRow)
}

export async function transfersOf(sql: Sql, quoteKeys: readonly string[]): Promise<TransferRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.transfers WHERE quote_key = ANY($1::uuid[]) ORDER BY block_time, tx_hash, log_index`,
    [quoteKeys],
  )
  return rows.map(fromRow)
}

/** Stores transfers, or what is new of them. What was decided before stays decided. */
export async function storeTransfers(tx: Sql, rows: readonly TransferRow[], nowMs: number): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `INSERT INTO quotes.transfers (chain, tx_hash, from_address, to_address, raw_value, nth, quote_key, log_index, amount_micro,
       block_number, block_time, is_final, decision, found_at)
     SELECT chain, tx_hash, from_address, to_address, raw_value, nth, quote_key, log_index, amount_micro, block_number, block_time,
       is_final, decision, $2 FROM json_to_recordset($1::text::json)
       AS r(${nameTypes}, quote_key uuid, log_index integer, amount_micro bigint, block_number bigint, block_time timestamptz,
         is_final boolean, decision text)
     ON CONFLICT (chain, tx_hash, from_address, to_address, raw_value, nth) DO UPDATE
       SET log_index = excluded.log_index, block_number = excluded.block_number, block_time = excluded.block_time, is_final = excluded.is_final`,
    [
      rowsParameter(
        rows.map((row) => ({
          ...nameOf(row),
          quote_key: row.quoteKey,
          log_index: row.logIndex,
          amount_micro: row.amountMicro,
          block_number: row.blockNumber,
          block_time: toTimestamp(row.blockTimeMs),
          is_final: row.isFinal,
          decision: row.decision,
        })),
      ),
      toTimestamp(nowMs),
    ],
  )
}

export async function markClaimed(tx: Sql, transfers: readonly TransferName[], nowMs: number): Promise<void> {
  if (transfers.length === 0) return
  await tx.query(
    `UPDATE quotes.transfers t SET claimed_at = $2 FROM json_to_recordset($1::text::json) AS r(${nameTypes}) WHERE ${sameName}`,
    [rowsParameter(transfers.map(nameOf)), toTimestamp(nowMs)],
  )
}

/** Transfers that their chain does not show any more, and that are not claimed. */
export async function forgetTransfers(tx: Sql, transfers: readonly TransferName[]): Promise<void> {
  if (transfers.length === 0) return
  await tx.query(
    `DELETE FROM quotes.transfers t USING json_to_recordset($1::text::json) AS r(${nameTypes})
     WHERE ${sameName} AND t.claimed_at IS NULL`,
    [rowsParameter(transfers.map(nameOf))],
  )
}

function nameOf(of: TransferName): object {
  return {
    chain: of.chain,
    tx_hash: of.hash,
    from_address: of.fromAddress,
    to_address: of.toAddress,
    raw_value: of.rawValue.toString(),
    nth: of.nth,
  }
}
