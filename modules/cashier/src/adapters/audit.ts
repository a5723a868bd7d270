import type { Sql } from '@species/runtime'

/** Each check is one query that gives a sentence a breach; DESIGN section 6, "always true". */
const checks: readonly string[] = [
  `SELECT 'transfer ' || transfer_id || ' does not sum to zero in ' || asset AS breach
   FROM cashier.entries GROUP BY transfer_id, asset HAVING sum(amount) <> 0`,
  `SELECT 'transfer ' || t.transfer_id || ' has no entries' AS breach
   FROM cashier.transfers t WHERE NOT EXISTS (SELECT 1 FROM cashier.entries e WHERE e.transfer_id = t.transfer_id)`,
  `SELECT 'balance of ' || b.account || ' in ' || b.asset || ' is ' || b.posted || ', its entries sum to ' || coalesce(e.sum, 0) AS breach
   FROM cashier.balances b
   LEFT JOIN (SELECT account, asset, sum(amount) AS sum FROM cashier.entries GROUP BY account, asset) e USING (account, asset)
   WHERE b.posted <> coalesce(e.sum, 0)`,
  `SELECT 'entries of ' || e.account || ' in ' || e.asset || ' have no balance' AS breach
   FROM (SELECT DISTINCT account, asset FROM cashier.entries) e
   WHERE NOT EXISTS (SELECT 1 FROM cashier.balances b WHERE b.account = e.account AND b.asset = e.asset)`,
  `SELECT 'running balance of ' || account || ' in ' || asset || ' breaks at entry ' || seq AS breach FROM (
     SELECT account, asset, seq, balance_after, sum(amount) OVER (PARTITION BY account, asset ORDER BY seq) AS running
     FROM cashier.entries) e WHERE running <> balance_after`,
  `SELECT 'holds on ' || b.account || ' in ' || b.asset || ' are ' || b.held || ', events hold ' || coalesce(h.sum, 0) AS breach
   FROM cashier.balances b
   LEFT JOIN (
     SELECT line ->> 'account' AS account, line ->> 'asset' AS asset, sum(-(line ->> 'amount')::bigint) AS sum
     FROM cashier.fundings, jsonb_array_elements(funding -> 'lines') AS line
     WHERE outcome = 'funded' AND (line ->> 'amount')::bigint < 0 GROUP BY 1, 2) h USING (account, asset)
   WHERE b.held <> coalesce(h.sum, 0)
     AND NOT (b.account IN ('supply', 'outside', 'loss') OR starts_with(b.account, 'world:') OR starts_with(b.account, 'receivable:'))`,
  `SELECT 'event ' || f.event_key || ' is settled without its transfer' AS breach
   FROM cashier.fundings f WHERE f.outcome = 'settled'
     AND NOT EXISTS (SELECT 1 FROM cashier.transfers t WHERE t.transfer_id = 'settlement:' || f.event_key)`,
  `SELECT 'transfer ' || t.transfer_id || ' settles an event that is not settled' AS breach
   FROM cashier.transfers t LEFT JOIN cashier.fundings f USING (event_key)
   WHERE t.kind = 'settlement' AND f.outcome IS DISTINCT FROM 'settled'`,
]

/** Broken invariants of the ledger, in words; empty when all hold. Each check is one statement, so it sees one moment of a ledger at work. */
export async function auditLedger(sql: Sql): Promise<string[]> {
  const breaches: string[] = []
  for (const check of checks) {
    const rows = await sql.query<{ breach: string }>(`${check} LIMIT 20`)
    breaches.push(...rows.map((row) => row.breach))
  }
  return breaches
}
