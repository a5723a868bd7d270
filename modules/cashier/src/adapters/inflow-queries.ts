import type { Inflows } from '@species/contracts'
import { type Asset, accounts } from '@species/kernel'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Entries of one of the marketplace's own accounts that are added up, the newest. */
const maxCounted = 100_000

/** USDT that came into an account since then; undefined where that was in more entries than are read. */
export async function cameIn(sql: Sql, account: string, sinceMs: number): Promise<bigint | undefined> {
  const [row] = await sql.query<{ sum: bigint; entries: number }>(
    `SELECT coalesce(sum(e.amount) FILTER (WHERE e.amount > 0 AND e.asset = 'USDT'), 0)::bigint AS sum, count(*)::integer AS entries
     FROM (SELECT transfer_id, asset, amount FROM cashier.entries WHERE account = $1 ORDER BY seq DESC LIMIT ${maxCounted}) e
     JOIN cashier.transfers t USING (transfer_id) WHERE t.posted_at >= $2`,
    [account, toTimestamp(sinceMs)],
  )
  return row === undefined || row.entries >= maxCounted ? undefined : row.sum
}

/** Entries of one account that are read, the newest. */
const maxEntries = 5_000

/** What users had from other users since then: what these users' accounts took in transfers that other users' accounts gave in. */
export async function inflows(sql: Sql, onliIds: readonly string[], sinceMs: number): Promise<Inflows> {
  const names = onliIds.flatMap((onliId) => [accounts.user(onliId), accounts.payable(onliId)])
  const rows = await sql.query<{ giver: string | null; taker: string; asset: Asset; amount: bigint; entries: number }>(
    `WITH lately AS (
       SELECT a.account, e.transfer_id, e.asset, e.amount, count(*) OVER (PARTITION BY a.account)::integer AS entries
       FROM unnest($1::text[]) AS a(account)
       CROSS JOIN LATERAL (
         SELECT transfer_id, asset, amount FROM cashier.entries WHERE account = a.account ORDER BY seq DESC LIMIT ${maxEntries}) e
       JOIN cashier.transfers t ON t.transfer_id = e.transfer_id AND t.posted_at >= $2)
     SELECT l.account AS taker, g.owner AS giver, l.asset, l.amount, l.entries
     FROM lately l
     -- Once for each user who gave, although credit and proceeds can pay together.
     LEFT JOIN LATERAL (
       SELECT DISTINCT substr(account, strpos(account, ':') + 1) AS owner FROM cashier.entries
       WHERE transfer_id = l.transfer_id AND asset = l.asset AND amount < 0 AND l.amount > 0
         AND (starts_with(account, 'user:') OR starts_with(account, 'payable:'))) g ON true`,
    [names, toTimestamp(sinceMs)],
  )
  const ownerOf = (account: string): string => account.slice(account.indexOf(':') + 1)
  return {
    isComplete: rows.every(({ entries }) => entries < maxEntries),
    flows: rows.flatMap(({ giver, taker, asset, amount }) =>
      giver === null || giver === ownerOf(taker) ? [] : [{ from: giver, to: ownerOf(taker), asset, amount }],
    ),
  }
}
