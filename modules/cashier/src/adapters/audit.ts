import { Fault } from '@species/kernel'
import type { AuditPart } from '@species/contracts'
import type { Sql } from '@species/database'
import { type Page, walkEntries } from './audit-entries.ts'

/** Broken invariants beyond this many say nothing new. */
const mostBreaches = 100
const pageSize = 5_000

type Walk = (sql: Sql, from: string) => Promise<Page>

const holdsCheck = `SELECT 'holds on ' || b.account || ' in ' || b.asset || ' are ' || b.held || ', events hold ' || coalesce(h.sum, 0) AS breach
   FROM cashier.balances b
   LEFT JOIN (
     SELECT line ->> 'account' AS account, line ->> 'asset' AS asset, sum(-(line ->> 'amount')::bigint) AS sum
     FROM (
       SELECT funding -> 'lines' AS lines FROM cashier.fundings WHERE outcome = 'funded'
       UNION ALL SELECT lines FROM cashier.holds WHERE state = 'held') under_way, jsonb_array_elements(lines) AS line
     WHERE (line ->> 'amount')::bigint < 0 GROUP BY 1, 2) h USING (account, asset)
   WHERE b.account = ANY($1::text[]) AND b.held <> coalesce(h.sum, 0)
     AND NOT (b.account IN ('supply', 'outside', 'loss', 'costs') OR starts_with(b.account, 'world:')
       OR starts_with(b.account, 'receivable:') OR starts_with(b.account, 'custody:'))`

/** What must always be true of the ledger, in walks that together look at every row once. */
const walks: Readonly<Record<string, Walk>> = {
  holds: keyWalk(
    `SELECT DISTINCT account AS key FROM cashier.balances WHERE account > $1 ORDER BY account LIMIT $2`,
    [holdsCheck],
    // What is under way is read for each page: few pages.
    50_000,
  ),
  transfers: keyWalk(
    `SELECT transfer_id AS key FROM cashier.transfers WHERE transfer_id > $1 ORDER BY transfer_id LIMIT $2`,
    [
      `SELECT 'transfer ' || transfer_id || ' does not sum to zero in ' || asset AS breach
       FROM cashier.entries WHERE transfer_id = ANY($1::text[]) GROUP BY transfer_id, asset HAVING sum(amount) <> 0`,
      `SELECT 'transfer ' || t.transfer_id || ' has no entries' AS breach FROM cashier.transfers t
       WHERE t.transfer_id = ANY($1::text[]) AND NOT EXISTS (SELECT 1 FROM cashier.entries e WHERE e.transfer_id = t.transfer_id)`,
      `SELECT 'transfer ' || t.transfer_id || ' settles an event that is not settled' AS breach
       FROM cashier.transfers t LEFT JOIN cashier.fundings f USING (event_key)
       WHERE t.transfer_id = ANY($1::text[]) AND t.kind = 'settlement' AND f.outcome IS DISTINCT FROM 'settled'`,
    ],
  ),
  fundings: keyWalk(
    `SELECT event_key::text AS key FROM cashier.fundings
     WHERE event_key > coalesce(nullif($1, ''), '00000000-0000-0000-0000-000000000000')::uuid ORDER BY event_key LIMIT $2`,
    [
      `SELECT 'event ' || f.event_key || ' is settled without its transfer' AS breach FROM cashier.fundings f
       WHERE f.event_key = ANY($1::text[]::uuid[]) AND f.outcome = 'settled'
         AND NOT EXISTS (SELECT 1 FROM cashier.transfers t WHERE t.transfer_id = 'settlement:' || f.event_key)`,
    ],
  ),
  heldTransfers: keyWalk(
    `SELECT transfer_id AS key FROM cashier.holds WHERE transfer_id > $1 ORDER BY transfer_id LIMIT $2`,
    [
      `SELECT 'hold ' || h.transfer_id || ' is ' || h.state || CASE WHEN t.transfer_id IS NULL THEN ' without' ELSE ' with' END || ' its transfer' AS breach
     FROM cashier.holds h LEFT JOIN cashier.transfers t USING (transfer_id)
     WHERE h.transfer_id = ANY($1::text[]) AND (h.state = 'settled') <> (t.transfer_id IS NOT NULL)`,
    ],
  ),
  balances: keyWalk(
    `SELECT DISTINCT account AS key FROM cashier.balances WHERE account > $1 ORDER BY account LIMIT $2`,
    // The newest entry says what all of them sum to: the walk of the entries checks that each follows from the one before.
    [
      `SELECT 'balance of ' || b.account || ' in ' || b.asset || ' is ' || b.posted || ', its entries sum to ' || coalesce(e.balance_after, 0) AS breach
       FROM cashier.balances b LEFT JOIN LATERAL (
         SELECT balance_after FROM cashier.entries e WHERE e.account = b.account AND e.asset = b.asset ORDER BY e.seq DESC LIMIT 1) e ON true
       WHERE b.account = ANY($1::text[]) AND b.posted <> coalesce(e.balance_after, 0)`,
    ],
  ),
  entries: walkEntries,
}

async function breachesOf(sql: Sql, check: string, parameters: readonly unknown[] = []): Promise<string[]> {
  return (await sql.query<{ breach: string }>(`${check} LIMIT 20`, parameters)).map((row) => row.breach)
}

/** Walks a table in the order of its key. Each check of a page is one statement, so it sees one moment of a ledger at work. */
function keyWalk(keysOfPage: string, checks: readonly string[], size = pageSize): Walk {
  return async (sql, from) => {
    const keys = (await sql.query<{ key: string }>(keysOfPage, [from, size])).map((row) => row.key)
    const breaches: string[] = []
    for (const check of keys.length === 0 ? [] : checks) breaches.push(...(await breachesOf(sql, check, [keys])))
    const last = keys.at(-1)
    return { breaches, rows: keys.length, ...(last === undefined || keys.length < size ? {} : { next: last }) }
  }
}

const names = Object.keys(walks)

/**
 * Audits the ledger from a place of an earlier answer, page by page, until there is no time left or nothing left to look at. A
 * ledger of any size is audited in as many calls as that takes, each bounded in time. Throws a Fault on a place that is none.
 */
export async function auditLedger(sql: Sql, from: string | undefined, hasTime: () => boolean): Promise<AuditPart> {
  let [name = '', key = ''] = from === undefined ? [names[0]] : split(from)
  const breaches: string[] = []
  let rows = 0
  for (;;) {
    const walk = walks[name]
    if (!walk) throw new Fault('unknown_place', { retryable: false, publicMessage: `The audit has no place ${name}.` })
    const page = await walk(sql, key)
    breaches.push(...page.breaches)
    rows += page.rows
    const following = page.next === undefined ? names[names.indexOf(name) + 1] : name
    if (following === undefined || breaches.length >= mostBreaches) return { breaches, rows }
    ;[name, key] = [following, page.next ?? '']
    if (!hasTime()) return { breaches, rows, next: `${name}:${key}` }
  }
}

function split(place: string): [string, string] {
  const colon = place.indexOf(':')
  return [place.slice(0, colon), place.slice(colon + 1)]
}
