import type { Sql } from '@species/database'

const payment = 'payment:'
const reversal = 'reversal:'
const reversalOf = (paymentTransferId: string): string => reversal + paymentTransferId.slice(payment.length)

/** What each of these payments brought in from a chain, a custodian or suspense, less what was reversed; micro-units. */
export async function bookedMicro(sql: Sql, paymentTransferIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await sql.query<{ transfer_id: string; sum: bigint }>(
    `SELECT transfer_id, sum(-amount)::bigint AS sum FROM cashier.entries
     WHERE transfer_id = ANY($1::text[]) AND (starts_with(account, 'world:') OR starts_with(account, 'suspense:')
       OR starts_with(account, 'custody:')) GROUP BY 1`,
    [paymentTransferIds.flatMap((id) => [id, reversalOf(id)])],
  )
  const sums = new Map(rows.map((row) => [row.transfer_id, row.sum]))
  return new Map(paymentTransferIds.map((id) => [id, (sums.get(id) ?? 0n) + (sums.get(reversalOf(id)) ?? 0n)]))
}

/** Transfers of any kind that one page reads. */
const pageSize = 20_000

/** Payments that were booked or reversed, in the order of the ledger's names: a page of all transfers, bounded in rows. */
export async function paymentsFrom(
  sql: Sql,
  after: string,
): Promise<{ paymentTransferIds: string[]; rows: number; next?: string }> {
  const [page] = await sql.query<{ ids: string[] | null; rows: bigint; last: string | null }>(
    `SELECT array_agg(transfer_id) FILTER (WHERE kind IN ('payment', 'reversal')) AS ids, count(*) AS rows,
       max(transfer_id) AS last
     FROM (SELECT transfer_id, kind FROM cashier.transfers WHERE transfer_id > $1 ORDER BY transfer_id LIMIT $2) page`,
    [after, pageSize],
  )
  const ids = (page?.ids ?? []).map((id) => (id.startsWith(reversal) ? payment + id.slice(reversal.length) : id))
  const rows = Number(page?.rows ?? 0n)
  const last = page?.last ?? undefined
  return { paymentTransferIds: ids, rows, ...(last === undefined || rows < pageSize ? {} : { next: last }) }
}
