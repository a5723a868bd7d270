import type { Chain, DepositsQueries, FoundTransfer, TransferStatus } from '@species/contracts'
import type { Sql } from '@species/database'
import { familyFacts, familyOf } from '@species/contracts/chains'
import { toTimestamp } from '@species/platform'

/** Most transfers of one answer. */
const mostTransfers = 1_000

/** A row of {@link transferColumns}. */
export interface TransferRow {
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
  status: TransferStatus
  found_at: Date
}

export const transferColumns =
  'chain, tx_hash, from_address, to_address, raw_value::text, nth, log_index, amount_micro, block_number, block_time, status, found_at'

export function depositsQueries(sql: Sql): DepositsQueries {
  return {
    async transfersTo(chain, addresses, sinceMs) {
      if (addresses.length === 0) return []
      const rows = await sql.query<TransferRow>(
        `SELECT ${transferColumns}
         FROM deposits.transfers WHERE chain = $1 AND to_address = ANY($2::text[]) AND block_time >= $3
         ORDER BY block_time, tx_hash, log_index LIMIT $4`,
        [chain, addresses, toTimestamp(sinceMs), mostTransfers],
      )
      return rows.map(toTransfer)
    },
    async readThrough(chain, addresses) {
      if (addresses.length === 0) return new Map()
      const rows = await sql.query<{ address: string; read_through: Date }>(
        `SELECT address, read_through FROM deposits.addresses
         WHERE chain = $1 AND address = ANY($2::text[]) AND read_through IS NOT NULL`,
        [chain, addresses],
      )
      return new Map(rows.map((row) => [row.address, row.read_through.getTime()]))
    },
    async lastReceived(chain, addresses) {
      const rows = await sql.query<{ to_address: string; block_number: bigint; block_time: Date }>(
        `SELECT to_address, max(block_number) AS block_number, max(block_time) AS block_time FROM deposits.transfers
         WHERE chain = $1 AND to_address = ANY($2::text[]) AND status <> 'gone' GROUP BY to_address`,
        [chain, addresses],
      )
      const isByTime = familyFacts[familyOf(chain)].listedBy === 'time'
      return new Map(
        rows.map((row) => [row.to_address, isByTime ? row.block_time.getTime() : Number(row.block_number)]),
      )
    },
    undecided: (chain) => standing(sql, chain, `status <> 'gone' AND explained IS NULL`),
    suspended: (chain) => standing(sql, chain, `status <> 'gone' AND explained = 'suspense'`),
  }
}

const mostStanding = 10_000

async function standing(sql: Sql, chain: Chain, where: string): Promise<FoundTransfer[]> {
  const rows = await sql.query<TransferRow>(
    `SELECT ${transferColumns} FROM deposits.transfers WHERE chain = $1 AND ${where} ORDER BY block_time, deposit_id LIMIT $2`,
    [chain, mostStanding],
  )
  return rows.map(toTransfer)
}

/** A transfer as it is stored. */
export function toTransfer(row: TransferRow): FoundTransfer {
  return {
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
    status: row.status,
    foundAtMs: row.found_at.getTime(),
  }
}
