import type { AccountPeriod, CashierQueries, StatementLine, TrialBalance } from '@species/contracts'
import type { Sql } from '@species/database'
import type { Asset } from '@species/kernel'
import { toTimestamp } from '@species/platform'

type Periods = Pick<CashierQueries, 'accountPeriods' | 'trialBalance' | 'linesBetween'>

/**
 * What accounts had, moved and have over a time. Balances of now less what was posted since then: so a closed month says the same for
 * ever, and reads no entry that is older than it.
 */
export function periods(sql: Sql): Periods {
  return {
    accountPeriods: (asked) => accountPeriods(sql, asked),
    trialBalance: (atMs) => trialBalance(sql, atMs),
    linesBetween: (asked) => linesBetween(sql, asked),
  }
}

interface PeriodRow {
  account: string
  asset: Asset
  opening: bigint
  ins: bigint
  outs: bigint
  entries: number
  closing: bigint
}

async function accountPeriods(
  sql: Sql,
  { fromMs, toMs, after, accounts, limit }: Parameters<Periods['accountPeriods']>[0],
): Promise<AccountPeriod[]> {
  const rows = await sql.query<PeriodRow>(
    `WITH page AS (
       SELECT account, asset, posted FROM cashier.balances
       WHERE (account, asset) > ($1, $2) AND ($3::text[] IS NULL OR account = ANY($3::text[])) ORDER BY account, asset LIMIT $4
     ), moved AS (
       SELECT e.account, e.asset,
         coalesce(sum(e.amount) FILTER (WHERE t.posted_at >= $6), 0)::bigint AS since,
         coalesce(sum(e.amount) FILTER (WHERE t.posted_at < $6 AND e.amount > 0), 0)::bigint AS ins,
         coalesce(sum(-e.amount) FILTER (WHERE t.posted_at < $6 AND e.amount < 0), 0)::bigint AS outs,
         (count(*) FILTER (WHERE t.posted_at < $6))::integer AS entries
       FROM cashier.transfers t JOIN cashier.entries e USING (transfer_id)
       WHERE t.posted_at >= $5 AND e.account IN (SELECT account FROM page) GROUP BY e.account, e.asset
     )
     SELECT account, asset, coalesce(ins, 0)::bigint AS ins, coalesce(outs, 0)::bigint AS outs, coalesce(entries, 0) AS entries,
       posted - coalesce(since, 0)::bigint AS closing,
       posted - coalesce(since, 0)::bigint - coalesce(ins, 0)::bigint + coalesce(outs, 0)::bigint AS opening
     FROM page LEFT JOIN moved USING (account, asset) ORDER BY account, asset`,
    [after?.account ?? '', after?.asset ?? '', accounts ?? null, limit, toTimestamp(fromMs), toTimestamp(toMs)],
  )
  return rows.map((row) => ({ ...row }))
}

async function trialBalance(sql: Sql, atMs: number): Promise<TrialBalance[]> {
  return await sql.query(
    `WITH since AS (
       SELECT e.account, e.asset, sum(e.amount)::bigint AS amount FROM cashier.transfers t JOIN cashier.entries e USING (transfer_id)
       WHERE t.posted_at >= $1 GROUP BY e.account, e.asset
     ), closing AS (
       SELECT b.asset, b.posted - coalesce(s.amount, 0) AS amount FROM cashier.balances b LEFT JOIN since s USING (account, asset)
     )
     SELECT asset, coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS credits,
       coalesce(sum(-amount) FILTER (WHERE amount < 0), 0)::bigint AS debits
     FROM closing GROUP BY asset ORDER BY asset`,
    [toTimestamp(atMs)],
  )
}

interface LineRow {
  seq: bigint
  transfer_id: string
  event_key: string | null
  kind: string
  account: string
  asset: Asset
  amount: bigint
  balance_after: bigint
  posted_at: Date
}

async function linesBetween(
  sql: Sql,
  { accounts, fromMs, toMs, afterSeq, limit }: Parameters<Periods['linesBetween']>[0],
): Promise<StatementLine[]> {
  const rows = await sql.query<LineRow>(
    `SELECT e.seq, e.transfer_id, t.event_key, t.kind, e.account, e.asset, e.amount, e.balance_after, t.posted_at
     FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id)
     WHERE e.account = ANY($1::text[]) AND t.posted_at >= $2 AND t.posted_at < $3 AND e.seq > $4::bigint ORDER BY e.seq LIMIT $5`,
    [accounts, toTimestamp(fromMs), toTimestamp(toMs), afterSeq.toString(), limit],
  )
  return rows.map((row) => ({
    seq: row.seq,
    transferId: row.transfer_id,
    eventKey: row.event_key ?? undefined,
    kind: row.kind,
    account: row.account,
    asset: row.asset,
    amount: row.amount,
    balanceAfter: row.balance_after,
    atMs: row.posted_at.getTime(),
  }))
}
