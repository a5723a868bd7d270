import type { Chain } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Where the list of what leaves a wallet is read. Positions as the lists of its chain count them. */
export interface ListPlace {
  readonly address: string
  readonly begins: number
  readonly position: number
  readonly listedAtMs: number | undefined
  readonly deepAtMs: number | undefined
}

/** Has wallets watched from this position on; those that are watched stay as they are. */
export async function watchWallets(sql: Sql, chain: Chain, addresses: readonly string[], from: number): Promise<void> {
  await sql.query(
    `INSERT INTO reconciliation.wallets AS w (chain, address, list_begins, list_position)
     SELECT $1, address, $3::bigint, $3::bigint FROM unnest($2::text[]) AS r(address) ORDER BY address
     ON CONFLICT (chain, address) DO UPDATE SET list_begins = $3::bigint, list_position = $3::bigint WHERE w.list_position IS NULL`,
    [chain, addresses, String(from)],
  )
}

export async function listPlaces(sql: Sql, chain: Chain): Promise<ListPlace[]> {
  const rows = await sql.query<{
    address: string
    list_begins: bigint
    list_position: bigint
    listed_at: Date | null
    deep_at: Date | null
  }>(
    `SELECT address, list_begins, list_position, listed_at, deep_at FROM reconciliation.wallets
     WHERE chain = $1 AND list_position IS NOT NULL ORDER BY listed_at NULLS FIRST, address`,
    [chain],
  )
  return rows.map((row) => ({
    address: row.address,
    begins: Number(row.list_begins),
    position: Number(row.list_position),
    listedAtMs: row.listed_at?.getTime(),
    deepAtMs: row.deep_at?.getTime(),
  }))
}

/** A list was read to its end. */
export async function storeListPlace(
  sql: Sql,
  chain: Chain,
  address: string,
  { position, nowMs, wasDeep }: { readonly position: number; readonly nowMs: number; readonly wasDeep: boolean },
): Promise<void> {
  await sql.query(
    `UPDATE reconciliation.wallets SET list_position = greatest(list_position, $3::bigint), listed_at = $4,
       deep_at = CASE WHEN $5 THEN $4 ELSE deep_at END
     WHERE chain = $1 AND address = $2`,
    [chain, address, String(position), toTimestamp(nowMs), wasDeep],
  )
}

/** Keeps hashes that a list named. One that was read is not read again. */
export async function keepListed(sql: Sql, chain: Chain, hashes: readonly string[], nowMs: number): Promise<void> {
  if (hashes.length === 0) return
  await sql.query(
    `INSERT INTO reconciliation.listed (chain, tx_hash, listed_at, due_at)
     SELECT $1, tx_hash, $3, $3 FROM unnest($2::text[]) AS r(tx_hash) ORDER BY tx_hash ON CONFLICT DO NOTHING`,
    [chain, hashes, toTimestamp(nowMs)],
  )
}

/** Transactions of a chain that are due, the longest due first. */
export async function dueListed(
  sql: Sql,
  chain: Chain,
  nowMs: number,
  limit: number,
): Promise<{ hash: string; looks: number }[]> {
  return await sql.query(
    `SELECT tx_hash AS hash, looks FROM reconciliation.listed WHERE chain = $1 AND NOT done AND due_at <= $2 ORDER BY due_at, tx_hash LIMIT $3`,
    [chain, toTimestamp(nowMs), limit],
  )
}

/** A transaction is read: it is done with, or looked at again at `dueAtMs`. */
export async function storeListed(sql: Sql, chain: Chain, hash: string, dueAtMs: number | undefined): Promise<void> {
  await sql.query(
    `UPDATE reconciliation.listed SET looks = looks + 1, done = $3::timestamptz IS NULL, due_at = coalesce($3, due_at)
     WHERE chain = $1 AND tx_hash = $2`,
    [chain, hash, dueAtMs === undefined ? null : toTimestamp(dueAtMs)],
  )
}

/** A transaction that never was is forgotten: if it comes, a list names it again. */
export async function forgetListed(sql: Sql, chain: Chain, hash: string): Promise<void> {
  await sql.query('DELETE FROM reconciliation.listed WHERE chain = $1 AND tx_hash = $2 AND NOT done', [chain, hash])
}
