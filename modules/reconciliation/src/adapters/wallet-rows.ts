import type { Chain } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** What a wallet of ours had when it was read, in base units. */
export interface WalletBalance {
  readonly address: string
  readonly balance: bigint
  /** As the lists of the chain count positions. */
  readonly at: number
  readonly readAtMs: number
}

export async function readBalances(sql: Sql, chain: Chain): Promise<Map<string, WalletBalance>> {
  const rows = await sql.query<{ address: string; balance: string; balance_at: bigint; read_at: Date }>(
    `SELECT address, balance::text, balance_at, read_at FROM reconciliation.wallets WHERE chain = $1 AND balance IS NOT NULL`,
    [chain],
  )
  return new Map(
    rows.map((row) => [
      row.address,
      {
        address: row.address,
        balance: BigInt(row.balance),
        at: Number(row.balance_at),
        readAtMs: row.read_at.getTime(),
      },
    ]),
  )
}

export async function storeBalances(sql: Sql, chain: Chain, balances: readonly WalletBalance[]): Promise<void> {
  if (balances.length === 0) return
  await sql.query(
    `INSERT INTO reconciliation.wallets AS w (chain, address, balance, balance_at, read_at)
     SELECT $1, address, balance, balance_at, read_at
     FROM json_to_recordset($2::text::json) AS r(address text, balance numeric, balance_at bigint, read_at timestamptz) ORDER BY address
     ON CONFLICT (chain, address) DO UPDATE SET balance = excluded.balance, balance_at = excluded.balance_at, read_at = excluded.read_at
       WHERE w.balance_at IS NULL OR w.balance_at <= excluded.balance_at`,
    [
      chain,
      rowsParameter(
        balances.map((one) => ({
          address: one.address,
          balance: one.balance.toString(),
          balance_at: one.at,
          read_at: toTimestamp(one.readAtMs),
        })),
      ),
    ],
  )
}
