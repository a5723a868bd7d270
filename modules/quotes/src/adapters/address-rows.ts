import type { Chain } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** An address that money for quotes comes in at. */
export interface AddressRow {
  readonly chain: Chain
  readonly address: string
  readonly isShared: boolean
  /** A custodian’s, for one payment. */
  readonly isCustody?: true
}

interface Row {
  chain: Chain
  address: string
  is_shared: boolean
}
const fromRow = (row: Row): AddressRow => ({
  chain: row.chain,
  address: row.address,
  isShared: row.is_shared,
})

/** How many addresses of a chain an owner leases for quotes that are not paid yet. */
export async function countLeases(tx: Sql, owner: string, chain: Chain): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM quotes.addresses WHERE owner = $1 AND chain = $2 AND NOT is_shared AND free_from IS NULL`,
    [owner, chain],
  )
  return row?.count ?? 0
}

/** Leases one of these addresses: the one that was free for longest, so that late money finds its quote. Undefined: none is free. */
export async function leaseAddress(
  tx: Sql,
  { owner, chain, nowMs, agedMs }: { owner: string; chain: Chain; nowMs: number; agedMs: number },
  addresses: readonly string[],
): Promise<string | undefined> {
  const lease = async (): Promise<string | undefined> => {
    const [row] = await tx.query<{ address: string }>(
      `UPDATE quotes.addresses SET owner = $1, free_from = NULL, due_at = $3 WHERE chain = $2 AND address = (
         SELECT address FROM quotes.addresses
         WHERE chain = $2 AND NOT is_shared AND free_from <= $5 AND address = ANY($4::text[])
         ORDER BY free_from, address LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING address`,
      [owner, chain, toTimestamp(nowMs), addresses, toTimestamp(agedMs)],
    )
    return row?.address
  }
  const found = await lease()
  if (found !== undefined) return found
  // Addresses that are new in the configuration come in where no other is free.
  const added = await tx.query(
    `INSERT INTO quotes.addresses (chain, address, is_shared, free_from)
     SELECT $1, address, false, to_timestamp(0) FROM unnest($2::text[]) AS r(address) ON CONFLICT DO NOTHING RETURNING 1 AS added`,
    [chain, addresses],
  )
  return added.length === 0 ? undefined : await lease()
}

/** Has a shared address looked at from now on. */
export async function watchShared(tx: Sql, chain: Chain, address: string, nowMs: number): Promise<void> {
  await tx.query(
    `INSERT INTO quotes.addresses (chain, address, is_shared, due_at) VALUES ($1, $2, true, $3)
     ON CONFLICT (chain, address) DO UPDATE SET due_at = least(addresses.due_at, excluded.due_at) WHERE addresses.is_shared`,
    [chain, address, toTimestamp(nowMs)],
  )
}

export const addressesDue = 'SELECT min(due_at) FROM quotes.addresses WHERE due_at IS NOT NULL'

/** Takes addresses that are due, those that wait for longest first, and puts their next time off by `leaseMs`. */
export async function takeDueAddresses(
  sql: Sql,
  { nowMs, leaseMs, limit }: { nowMs: number; leaseMs: number; limit: number },
): Promise<AddressRow[]> {
  const rows = await sql.query<Row>(
    `UPDATE quotes.addresses SET due_at = $2 WHERE (chain, address) IN (
       SELECT chain, address FROM quotes.addresses WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING chain, address, is_shared`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit],
  )
  return rows.map(fromRow)
}

/** Has addresses looked at soon. Those that no quote can be paid at stay unwatched. */
export async function hurry(sql: Sql, chain: Chain, addresses: readonly string[], nowMs: number): Promise<void> {
  await sql.query(
    'UPDATE quotes.addresses SET due_at = $3 WHERE chain = $1 AND address = ANY($2::text[]) AND due_at > $3',
    [chain, addresses, toTimestamp(nowMs)],
  )
}

/** Stores when an address is looked at again; undefined: not by itself. */
export async function storeDue(tx: Sql, { chain, address }: AddressRow, dueAtMs: number | undefined): Promise<void> {
  await tx.query('UPDATE quotes.addresses SET due_at = $3 WHERE chain = $1 AND address = $2', [
    chain,
    address,
    dueAtMs === undefined ? null : toTimestamp(dueAtMs),
  ])
}

/** When the oldest quote was made whose money is looked for at an address; undefined where there is none. */
export async function watchedSince(sql: Sql, { chain, address }: AddressRow): Promise<number | undefined> {
  const [row] = await sql.query<{ since: Date | null }>(
    `SELECT min(created_at) AS since FROM quotes.quotes
     WHERE chain = $1 AND address = $2 AND (NOT is_shared OR free_from IS NULL)`,
    [chain, address],
  )
  return row?.since?.getTime()
}
