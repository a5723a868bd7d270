import type { Sql } from '@species/database'

/** One page of a walk: what is broken in it, how many rows it had, and where the next begins; no `next` at the walk's end. */
export interface Page {
  readonly breaches: string[]
  readonly rows: number
  readonly next?: string
}

/** What the next older entry of an account and asset must say; digits, so that it travels as JSON. */
interface ChainEnd {
  readonly account: string
  readonly asset: string
  readonly seq: string
  readonly before: string
}

/** Where the walk stands: in an account, below an entry, with what the entries below must say. */
interface Cursor {
  readonly account: string
  readonly below: string | undefined
  readonly ends: readonly ChainEnd[]
}

interface Found {
  rows: bigint
  account: string | null
  seq: bigint | null
  breaks: string[] | null
  homeless: string[] | null
  ends: ChainEnd[] | null
}

/**
 * A page of entries: each account from its newest entry to its oldest, so that new entries come above and change nothing of what is
 * below. What an entry found before it is what the next older one left, or nothing; the last account of a page may go on in the next.
 * Only what is broken leaves the database.
 */
const pageOfEntries = `
  WITH part AS MATERIALIZED (
    SELECT account, asset, seq, amount, balance_after FROM (
      (SELECT account, asset, seq, amount, balance_after FROM cashier.entries
        WHERE account = $1 AND seq < $2::bigint ORDER BY account, seq DESC LIMIT $3)
      UNION ALL
      (SELECT account, asset, seq, amount, balance_after FROM cashier.entries
        WHERE account > $1 ORDER BY account, seq DESC LIMIT $3)) one
    ORDER BY account, seq DESC LIMIT $3),
  final AS (
    SELECT count(*) AS rows, (SELECT account FROM part ORDER BY account DESC LIMIT 1) AS account,
      (SELECT min(seq) FROM part WHERE account = (SELECT max(account) FROM part)) AS seq FROM part),
  chain AS (
    SELECT account, asset, seq, before, lead(balance_after) OVER (PARTITION BY account, asset ORDER BY seq DESC) AS older
    FROM (
      SELECT account, asset, seq, balance_after - amount AS before, balance_after FROM part
      UNION ALL
      SELECT account, asset, seq, before, NULL FROM json_to_recordset($4::text::json)
        AS ends(account text, asset text, seq bigint, before bigint)) linked),
  open AS (
    SELECT account, asset, seq::text AS seq, before::text AS before FROM chain
    WHERE older IS NULL AND account = (SELECT account FROM final) AND (SELECT rows FROM final) = $3)
  SELECT rows, account, seq,
    (SELECT array_agg(breach) FROM (
      SELECT 'running balance of ' || account || ' in ' || asset || ' breaks at entry ' || seq AS breach FROM chain
      WHERE before <> coalesce(older, 0)
        AND NOT (older IS NULL AND account = final.account AND final.rows = $3) LIMIT 20) b) AS breaks,
    (SELECT array_agg('entries of ' || account || ' in ' || asset || ' have no balance') FROM (
      SELECT account, asset FROM part GROUP BY 1, 2
      EXCEPT SELECT b.account, b.asset FROM cashier.balances b WHERE b.account IN (SELECT account FROM part) LIMIT 20) h) AS homeless,
    (SELECT json_agg(open) FROM open) AS ends
  FROM final`

/** Rows of a page: one statement well below the longest that a statement may take. */
const entriesAtOnce = 50_000

export async function walkEntries(sql: Sql, from: string, atOnce = entriesAtOnce): Promise<Page> {
  const at: Cursor = from === '' ? { account: '', below: undefined, ends: [] } : (JSON.parse(from) as Cursor)
  const [found] = await sql.query<Found>(pageOfEntries, [at.account, at.below ?? '0', atOnce, JSON.stringify(at.ends)])
  if (!found) return { breaches: [], rows: 0 }
  const rows = Number(found.rows)
  const breaches = [...(found.breaks ?? []), ...(found.homeless ?? [])]
  if (rows < atOnce || found.account === null || found.seq === null) return { breaches, rows }
  const next: Cursor = { account: found.account, below: found.seq.toString(), ends: found.ends ?? [] }
  return { breaches, rows, next: JSON.stringify(next) }
}
