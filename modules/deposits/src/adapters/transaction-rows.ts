import type { Chain, ProvenTransfer } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type Deposit, type DepositRow, depositColumns, toDeposit } from './deposit-rows.ts'
import type { Followed, Look } from '../domain/follow.ts'

/** When the first transaction of a chain is due. */
export const transactionsDue = (chain: Chain): string =>
  `SELECT min(due_at) FROM deposits.transactions WHERE chain = '${chain}' AND due_at IS NOT NULL`

/** A transaction that turned out to be nothing, and is listed again, is read again after this rest. */
const restMs = 600_000

/** Keeps the hashes that a list named. Answers how many are new. */
export async function keepListed(sql: Sql, chain: Chain, hashes: readonly string[], nowMs: number): Promise<number> {
  if (hashes.length === 0) return 0
  const rows = await sql.query(
    `INSERT INTO deposits.transactions AS t (chain, tx_hash, status, listed_at, due_at)
     SELECT $1, tx_hash, 'listed', $3, $3 FROM unnest($2::text[]) AS r(tx_hash) ORDER BY tx_hash
     ON CONFLICT (chain, tx_hash) DO UPDATE
       SET status = 'listed', listed_at = EXCLUDED.listed_at, due_at = EXCLUDED.due_at, looks = 0, missing = 0, rechecks = 0
       WHERE t.status = 'gone' AND t.ended_at < $4
     RETURNING 1 AS listed`,
    [chain, hashes, toTimestamp(nowMs), toTimestamp(nowMs - restMs)],
  )
  return rows.length
}

/** These transactions are read now, where they are followed and not over; one that a process is reading stays with it. */
export async function wakeTransactions(
  sql: Sql,
  chain: Chain,
  hashes: readonly string[],
  nowMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE deposits.transactions SET due_at = $3 WHERE chain = $1 AND tx_hash = ANY($2::text[]) AND status IN ('listed', 'seen')
       AND due_at > $3`,
    [chain, hashes, toTimestamp(nowMs)],
  )
}

/** Transactions of a chain that are listed and not read, counted up to `atMost`. */
export async function countUnread(sql: Sql, chain: Chain, atMost: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM
       (SELECT 1 FROM deposits.transactions WHERE chain = $1 AND status = 'listed' LIMIT $2) AS unread`,
    [chain, atMost],
  )
  return row?.count ?? 0
}

interface Row {
  tx_hash: string
  status: Followed['status']
  listed_at: Date
  final_at: Date | null
  block_number: bigint | null
  looks: number
  missing: number
  rechecks: number
}

/** Takes transactions of a chain that are due, longest due first, with their transfers; their next time is put off by `leaseMs`. */
export async function takeDueTransactions(
  sql: Sql,
  chain: Chain,
  { nowMs, leaseMs, atMost }: { readonly nowMs: number; readonly leaseMs: number; readonly atMost: number },
): Promise<Followed[]> {
  const rows = await sql.query<Row>(
    `UPDATE deposits.transactions t SET due_at = $3 FROM (
       SELECT chain, tx_hash FROM deposits.transactions WHERE chain = $1 AND due_at <= $2
       ORDER BY due_at, tx_hash LIMIT $4 FOR UPDATE SKIP LOCKED) d
     WHERE t.chain = d.chain AND t.tx_hash = d.tx_hash
     RETURNING t.tx_hash, t.status, t.listed_at, t.final_at, t.block_number, t.looks, t.missing, t.rechecks`,
    [chain, toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), atMost],
  )
  if (rows.length === 0) return []
  const kept = await sql.query<{ hash: string; from: string; to: string; raw: string; nth: number }>(
    `SELECT tx_hash AS hash, from_address AS "from", to_address AS "to", raw_value::text AS raw, nth FROM deposits.transfers
     WHERE chain = $1 AND tx_hash = ANY($2::text[]) AND status <> 'gone'`,
    [chain, rows.map((row) => row.tx_hash)],
  )
  const byHash = Map.groupBy(kept, ({ hash }) => hash)
  return rows.map((row) => ({
    chain,
    hash: row.tx_hash,
    status: row.status,
    listedAtMs: row.listed_at.getTime(),
    finalAtMs: row.final_at?.getTime(),
    blockNumber: row.block_number === null ? undefined : Number(row.block_number),
    looks: row.looks,
    missing: row.missing,
    rechecks: row.rechecks,
    kept: (byHash.get(row.tx_hash) ?? []).map(({ from, to, raw, nth }) => ({
      chain,
      fromAddress: from,
      toAddress: to,
      rawValue: BigInt(raw),
      nth,
    })),
  }))
}

/**
 * Stores a look and the transfers that it showed. Answers with the transfers that are gone now; undefined, and nothing is stored, where another process has
 * looked since this one took the transaction.
 */
export async function storeLook(tx: Sql, one: Followed, look: Look, nowMs: number): Promise<Deposit[] | undefined> {
  const { chain, hash } = one
  const stored = await tx.query(
    `UPDATE deposits.transactions SET status = $3, final_at = $4, ended_at = $5, due_at = $6, block_number = $7, looks = $8, missing = $9,
       rechecks = $10
     WHERE chain = $1 AND tx_hash = $2 AND looks = $11 AND status <> 'gone' RETURNING 1 AS stored`,
    [
      chain,
      hash,
      look.status,
      look.finalAtMs === undefined ? null : toTimestamp(look.finalAtMs),
      look.status === 'gone' ? toTimestamp(nowMs) : null,
      look.dueAtMs === undefined ? null : toTimestamp(look.dueAtMs),
      look.blockNumber ?? null,
      look.looks,
      look.missing,
      look.rechecks,
      one.looks,
    ],
  )
  if (stored.length === 0) return undefined
  await storeShown(tx, look.shown, look.status === 'final', nowMs)
  return look.endsAbsent ? await endAbsent(tx, one, look.shown, nowMs) : []
}

const nameColumns = 'from_address text, to_address text, raw_value numeric, nth integer'
const nameParameter = ({ fromAddress, toAddress, rawValue, nth }: ProvenTransfer): object => ({
  from_address: fromAddress,
  to_address: toAddress,
  raw_value: rawValue.toString(),
  nth,
})

async function storeShown(tx: Sql, shown: readonly ProvenTransfer[], isFinal: boolean, nowMs: number): Promise<void> {
  if (shown.length === 0) return
  await tx.query(
    `INSERT INTO deposits.transfers AS t (chain, tx_hash, from_address, to_address, raw_value, nth, log_index, amount_micro,
       block_number, block_time, status, found_at, final_at)
     SELECT chain, tx_hash, from_address, to_address, raw_value, nth, log_index, amount_micro, block_number, block_time, $2, $3,
       CASE WHEN $2 = 'final' THEN $3::timestamptz END
     FROM json_to_recordset($1::text::json) AS r(chain text, tx_hash text, ${nameColumns}, log_index integer, amount_micro bigint,
       block_number bigint, block_time timestamptz)
     ON CONFLICT (chain, tx_hash, from_address, to_address, raw_value, nth) DO UPDATE SET log_index = EXCLUDED.log_index,
       block_number = EXCLUDED.block_number, block_time = EXCLUDED.block_time, status = EXCLUDED.status, gone_at = NULL,
       explained = CASE WHEN t.status <> 'gone' THEN t.explained END, booking = CASE WHEN t.status <> 'gone' THEN t.booking END,
       final_at = CASE WHEN EXCLUDED.final_at IS NULL THEN NULL WHEN t.status = 'final' THEN t.final_at ELSE EXCLUDED.final_at END`,
    [
      rowsParameter(
        shown.map((one) => ({
          chain: one.chain,
          tx_hash: one.hash,
          ...nameParameter(one),
          log_index: one.logIndex,
          amount_micro: one.amountMicro.toString(),
          block_number: one.blockNumber,
          block_time: toTimestamp(one.blockTimeMs),
        })),
      ),
      isFinal ? 'final' : 'seen',
      toTimestamp(nowMs),
    ],
  )
}

async function endAbsent(
  tx: Sql,
  { chain, hash }: Pick<Followed, 'chain' | 'hash'>,
  shown: readonly ProvenTransfer[],
  nowMs: number,
): Promise<Deposit[]> {
  const rows = await tx.query<DepositRow>(
    `UPDATE deposits.transfers t SET status = 'gone', gone_at = $4, final_at = NULL
     WHERE t.chain = $1 AND t.tx_hash = $2 AND t.status <> 'gone' AND NOT EXISTS (
       SELECT 1 FROM json_to_recordset($3::text::json) AS r(${nameColumns})
       WHERE r.from_address = t.from_address AND r.to_address = t.to_address AND r.raw_value = t.raw_value AND r.nth = t.nth)
     RETURNING ${depositColumns}`,
    [chain, hash, rowsParameter(shown.map(nameParameter)), toTimestamp(nowMs)],
  )
  return rows.map(toDeposit)
}
