import type { Chain } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** An address of a user's address book. Times in Unix ms. */
export interface AddressRow {
  readonly addressId: string
  readonly owner: string
  readonly chain: Chain
  readonly address: string
  readonly label: string
  readonly addedBy: string
  readonly confirmedBy: string
  readonly createdAtMs: number
  readonly usableAtMs: number
}

interface Row {
  address_id: string
  owner: string
  chain: Chain
  address: string
  label: string
  added_by: string
  confirmed_by: string
  created_at: Date
  usable_at: Date
}
const columns = 'address_id, owner, chain, address, label, added_by, confirmed_by, created_at, usable_at'
const fromRow = (row: Row): AddressRow => ({
  addressId: row.address_id,
  owner: row.owner,
  chain: row.chain,
  address: row.address,
  label: row.label,
  addedBy: row.added_by,
  confirmedBy: row.confirmed_by,
  createdAtMs: row.created_at.getTime(),
  usableAtMs: row.usable_at.getTime(),
})

/** One transaction of a user at a time goes on from here: what it counts or holds nothing else changes meanwhile. */
export async function lockOwner(tx: Sql, owner: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`payouts ${owner}`])
}

/** The address book of a user, newest first. */
export async function addressesOf(sql: Sql, owner: string): Promise<AddressRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.addresses WHERE owner = $1 AND removed_at IS NULL ORDER BY created_at DESC, address_id`,
    [owner],
  )
  return rows.map(fromRow)
}

/** The entry of an address, in the form in which addresses are compared. */
export async function findAddress(
  sql: Sql,
  owner: string,
  { chain, address }: Pick<AddressRow, 'chain' | 'address'>,
): Promise<AddressRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.addresses WHERE owner = $1 AND chain = $2 AND address = $3 AND removed_at IS NULL`,
    [owner, chain, address],
  )
  return row && fromRow(row)
}

/** Entries that a user has added since then, removed ones too. */
export async function countAdded(sql: Sql, owner: string, sinceMs: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM payouts.addresses WHERE owner = $1 AND created_at > $2',
    [owner, toTimestamp(sinceMs)],
  )
  return row?.count ?? 0
}

export async function insertAddress(sql: Sql, one: AddressRow): Promise<void> {
  await sql.query(`INSERT INTO payouts.addresses (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    one.addressId,
    one.owner,
    one.chain,
    one.address,
    one.label,
    one.addedBy,
    one.confirmedBy,
    toTimestamp(one.createdAtMs),
    toTimestamp(one.usableAtMs),
  ])
}

/** Takes an entry out of its owner's address book. Whether it was there. */
export async function removeAddress(sql: Sql, owner: string, addressId: string, nowMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE payouts.addresses SET removed_at = $3 WHERE owner = $1 AND address_id = $2 AND removed_at IS NULL
     RETURNING 1 AS removed`,
    [owner, addressId, toTimestamp(nowMs)],
  )
  return rows.length > 0
}
