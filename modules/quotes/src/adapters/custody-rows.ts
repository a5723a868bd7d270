import type { Chain, Custodian, CustodyStatus } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { AddressRow } from './address-rows.ts'

/** A payment for a quote that a custodian waits for. */
export interface CustodyRow {
  readonly custodian: Custodian
  readonly paymentId: string
  readonly quoteKey: string
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
  readonly status: CustodyStatus
  readonly createdAtMs: number
  readonly validUntilMs: number
}

interface Row {
  custodian: Custodian
  payment_id: string
  quote_key: string
  chain: Chain
  address: string
  amount_micro: bigint
  status: CustodyStatus
  created_at: Date
  valid_until: Date
}
const columns =
  'custodian, payment_id, quote_key, c.chain, c.address, c.amount_micro, status, c.created_at, valid_until'
const fromRow = (row: Row): CustodyRow => ({
  custodian: row.custodian,
  paymentId: row.payment_id,
  quoteKey: row.quote_key,
  chain: row.chain,
  address: row.address,
  amountMicro: row.amount_micro,
  status: row.status,
  createdAtMs: row.created_at.getTime(),
  validUntilMs: row.valid_until.getTime(),
})

/** Stores a payment; false where its quote has one, or its id or address is known. */
export async function insertCustody(tx: Sql, row: CustodyRow): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO quotes.custody_payments (custodian, payment_id, quote_key, chain, address, amount_micro, status, created_at, valid_until, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8) ON CONFLICT DO NOTHING RETURNING 1 AS inserted`,
    [
      row.custodian,
      row.paymentId,
      row.quoteKey,
      row.chain,
      row.address,
      row.amountMicro.toString(),
      row.status,
      toTimestamp(row.createdAtMs),
      toTimestamp(row.validUntilMs),
    ],
  )
  return inserted.length > 0
}

/** The payments of these quotes, by quote. */
export async function custodyOf(sql: Sql, quoteKeys: readonly string[]): Promise<Map<string, CustodyRow>> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.custody_payments c WHERE quote_key = ANY($1::uuid[])`,
    [quoteKeys],
  )
  return new Map(rows.map((row) => [row.quote_key, fromRow(row)]))
}

export async function findCustody(
  sql: Sql,
  custodian: Custodian,
  paymentIds: readonly string[],
): Promise<CustodyRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.custody_payments c WHERE custodian = $1 AND payment_id = ANY($2::text[])
     ORDER BY array_position($2::text[], payment_id) LIMIT 1`,
    [custodian, paymentIds],
  )
  return row && fromRow(row)
}

/** Payments of quotes that still hold what they have at this address of their own. */
export async function custodyBeside(sql: Sql, { chain, address }: AddressRow): Promise<CustodyRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.custody_payments c JOIN quotes.quotes q USING (quote_key)
     WHERE q.chain = $1 AND q.address = $2 AND q.free_from IS NULL`,
    [chain, address],
  )
  return rows.map(fromRow)
}

/** The payment whose address that is. */
export async function custodyAt(
  sql: Sql,
  { chain, address }: Pick<AddressRow, 'chain' | 'address'>,
): Promise<CustodyRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.custody_payments c WHERE c.chain = $1 AND c.address = $2`,
    [chain, address],
  )
  return row && fromRow(row)
}

export const custodyDue = 'SELECT min(due_at) FROM quotes.custody_payments WHERE due_at IS NOT NULL'

/** Takes addresses of custodians that are due, those that wait for longest first, and puts their next time off by `leaseMs`. */
export async function takeDueCustody(
  sql: Sql,
  { nowMs, leaseMs, limit }: { nowMs: number; leaseMs: number; limit: number },
): Promise<AddressRow[]> {
  const rows = await sql.query<{ chain: Chain; address: string }>(
    `UPDATE quotes.custody_payments SET due_at = $2 WHERE (custodian, payment_id) IN (
       SELECT custodian, payment_id FROM quotes.custody_payments WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING chain, address`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit],
  )
  return rows.map((row) => ({ ...row, isShared: false, isCustody: true }))
}

/** Stores when an address of a custodian is looked at again; undefined: not by itself. */
export async function storeCustodyDue(
  tx: Sql,
  { chain, address }: AddressRow,
  dueAtMs: number | undefined,
): Promise<void> {
  await tx.query('UPDATE quotes.custody_payments SET due_at = $3 WHERE chain = $1 AND address = $2', [
    chain,
    address,
    dueAtMs === undefined ? null : toTimestamp(dueAtMs),
  ])
}

/** Has addresses of custodians looked at soon. */
export async function hurryCustody(sql: Sql, chain: Chain, addresses: readonly string[], nowMs: number): Promise<void> {
  await sql.query(
    `UPDATE quotes.custody_payments SET due_at = $3 WHERE chain = $1 AND address = ANY($2::text[]) AND coalesce(due_at > $3, true)`,
    [chain, addresses, toTimestamp(nowMs)],
  )
}

export async function storeStatus(
  sql: Sql,
  { custodian, paymentId }: Pick<CustodyRow, 'custodian' | 'paymentId'>,
  status: CustodyStatus,
): Promise<void> {
  await sql.query(
    'UPDATE quotes.custody_payments SET status = $3 WHERE custodian = $1 AND payment_id = $2 AND status <> $3',
    [custodian, paymentId, status],
  )
}
