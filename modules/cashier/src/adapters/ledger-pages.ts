import type { LedgerPage, LedgerTransfer } from '@species/contracts'
import type { Sql } from '@species/database'
import type { Asset } from '@species/kernel'

interface EntryRow {
  seq: bigint
  transfer_id: string
  event_key: string | null
  kind: string
  posted_at: Date
  account: string
  asset: Asset
  amount: bigint
}

/** Both statements see what had been committed when they began: the second never less than the first, and entries never change. */
export async function entriesAfter(sql: Sql, seq: bigint, limit: number): Promise<LedgerPage> {
  const page = await sql.query<{ seq: bigint; transfer_id: string }>(
    'SELECT seq, transfer_id FROM cashier.entries WHERE seq > $1::bigint ORDER BY seq LIMIT $2',
    [seq.toString(), limit],
  )
  if (page.length === 0) return { seqs: [], transfers: [] }
  const transfers = await transfersById(sql, [...new Set(page.map((row) => row.transfer_id))])
  return { seqs: page.map((row) => row.seq), transfers }
}

/** Transfers with all their entries, in the order of their first; unknown ones are absent. */
export async function transfersById(sql: Sql, transferIds: readonly string[]): Promise<LedgerTransfer[]> {
  const rows = await sql.query<EntryRow>(
    `SELECT e.seq, e.transfer_id, t.event_key, t.kind, t.posted_at, e.account, e.asset, e.amount
     FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id)
     WHERE e.transfer_id = ANY($1::text[]) ORDER BY e.seq`,
    [transferIds],
  )
  return transfersOf(rows)
}

function transfersOf(rows: readonly EntryRow[]): LedgerTransfer[] {
  const grouped = new Map<string, EntryRow[]>()
  for (const row of rows) {
    const known = grouped.get(row.transfer_id)
    if (known) known.push(row)
    else grouped.set(row.transfer_id, [row])
  }
  return [...grouped].flatMap(([transferId, entries]) => {
    const [first] = entries
    if (!first) return []
    return {
      transferId,
      eventKey: first.event_key ?? undefined,
      kind: first.kind,
      atMs: first.posted_at.getTime(),
      entries: entries.map(({ seq, account, asset, amount }) => ({ seq, account, asset, amount })),
    }
  })
}

/** A name that ends in a colon is that of a family. */
export async function balancesUnder(
  sql: Sql,
  names: readonly string[],
): Promise<{ name: string; asset: Asset; posted: bigint }[]> {
  return await sql.query(
    `SELECT n.name, b.asset, sum(b.posted)::bigint AS posted
     FROM (SELECT DISTINCT name FROM unnest($1::text[]) AS n(name)) AS n JOIN cashier.balances b
       ON b.account = n.name OR (right(n.name, 1) = ':' AND starts_with(b.account, n.name))
     GROUP BY n.name, b.asset ORDER BY n.name, b.asset`,
    [names],
  )
}

/** Transfers of an event with all their entries. */
export async function transfersOfEvent(sql: Sql, eventKey: string, limit: number): Promise<LedgerTransfer[]> {
  const rows = await sql.query<{ transfer_id: string }>(
    'SELECT transfer_id FROM cashier.transfers WHERE event_key = $1 ORDER BY posted_at, transfer_id LIMIT $2',
    [eventKey, limit],
  )
  return await transfersById(
    sql,
    rows.map((row) => row.transfer_id),
  )
}

/** USDT balances of a family of accounts, without those that are zero. */
export async function balancesIn(
  sql: Sql,
  family: string,
  after: string,
  limit: number,
): Promise<{ account: string; posted: bigint }[]> {
  return await sql.query(
    `SELECT account, posted FROM cashier.balances
     WHERE asset = 'USDT' AND posted <> 0 AND account > $2 AND starts_with(account, $1) ORDER BY account LIMIT $3`,
    [family, after, limit],
  )
}
