import type { Chain, ProvenTransfer } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { isByTime } from '../domain/wallets.ts'

/** What a transfer out of a wallet of ours is. `new`: not judged yet. `booked`: people have booked it as what it was. */
export type Explained = 'new' | 'internal' | 'payout' | 'pending' | 'unexplained' | 'booked'

/** A transfer out of a wallet of ours, final. */
export interface Outflow extends ProvenTransfer {
  readonly explained: Explained
}

interface Row {
  chain: Chain
  tx_hash: string
  from_address: string
  to_address: string
  raw_value: string
  nth: number
  log_index: number
  amount_micro: bigint
  block_number: bigint
  block_time: Date
  explained: Explained
}
const columns =
  'chain, tx_hash, from_address, to_address, raw_value::text, nth, log_index, amount_micro, block_number, block_time, explained'
const nameColumns = 'chain text, tx_hash text, from_address text, to_address text, raw_value numeric, nth integer'
const sameName = `o.chain = r.chain AND o.tx_hash = r.tx_hash AND o.from_address = r.from_address AND o.to_address = r.to_address
  AND o.raw_value = r.raw_value AND o.nth = r.nth`

const nameParameter = (one: ProvenTransfer): object => ({
  chain: one.chain,
  tx_hash: one.hash,
  from_address: one.fromAddress,
  to_address: one.toAddress,
  raw_value: one.rawValue.toString(),
  nth: one.nth,
})

/** Outflows that are named and not settled: the ledger may not have them. */
const mostOpen = 5_000

/** Outflows of a chain that nothing has explained for good, the oldest first. */
export async function openOutflows(sql: Sql, chain: Chain): Promise<Outflow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM reconciliation.outflows WHERE chain = $1 AND explained IN ('new', 'pending', 'unexplained')
     ORDER BY block_time, tx_hash, log_index LIMIT $2`,
    [chain, mostOpen],
  )
  return rows.map((row) => ({
    chain: row.chain,
    hash: row.tx_hash,
    fromAddress: row.from_address,
    toAddress: row.to_address,
    rawValue: BigInt(row.raw_value),
    nth: row.nth,
    logIndex: row.log_index,
    amountMicro: row.amount_micro,
    blockNumber: Number(row.block_number),
    blockTimeMs: row.block_time.getTime(),
    explained: row.explained,
  }))
}

/** Keeps outflows, each once; what is known of one stays. */
export async function keepOutflows(tx: Sql, outflows: readonly ProvenTransfer[], nowMs: number): Promise<void> {
  if (outflows.length === 0) return
  await tx.query(
    `INSERT INTO reconciliation.outflows (chain, tx_hash, from_address, to_address, raw_value, nth, log_index, amount_micro, block_number,
       block_time, found_at, explained)
     SELECT chain, tx_hash, from_address, to_address, raw_value, nth, log_index, amount_micro, block_number, block_time, $2, 'new'
     FROM json_to_recordset($1::text::json) AS r(${nameColumns}, log_index integer, amount_micro bigint, block_number bigint, block_time timestamptz)
     ON CONFLICT DO NOTHING`,
    [
      rowsParameter(
        outflows.map((one) => ({
          ...nameParameter(one),
          log_index: one.logIndex,
          amount_micro: one.amountMicro.toString(),
          block_number: one.blockNumber,
          block_time: toTimestamp(one.blockTimeMs),
        })),
      ),
      toTimestamp(nowMs),
    ],
  )
}

/** What an outflow is; one that people have booked stays so. */
export async function explainOutflow(tx: Sql, outflow: ProvenTransfer, explained: Explained): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE reconciliation.outflows o SET explained = $2 FROM json_to_recordset($1::text::json) AS r(${nameColumns})
     WHERE ${sameName} AND o.explained <> 'booked' RETURNING 1 AS stored`,
    [rowsParameter([nameParameter(outflow)]), explained],
  )
  return rows.length > 0
}

/** The newest position at which something left each wallet of a chain. */
export async function lastSent(sql: Sql, chain: Chain): Promise<Map<string, number>> {
  const rows = await sql.query<{ from_address: string; block_number: bigint; block_time: Date }>(
    `SELECT from_address, max(block_number) AS block_number, max(block_time) AS block_time FROM reconciliation.outflows
     WHERE chain = $1 GROUP BY from_address`,
    [chain],
  )
  return new Map(
    rows.map((row) => [row.from_address, isByTime(chain) ? row.block_time.getTime() : Number(row.block_number)]),
  )
}
