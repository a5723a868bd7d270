import type { Database, Sql } from '@species/database'
import type { EventRows } from './capture.ts'
import { insertRows, keysOf } from './insert-rows.ts'

type Rows = readonly EventRows[]

/** The hold: what the debits take from balances, and the event's own row. */
export async function bookHolds(database: Database, batch: Rows): Promise<void> {
  await database.transaction(async (tx) => {
    await Promise.all([
      changeBalances(tx, batch, 'hold'),
      insertRows(
        tx,
        'cashier.fundings',
        'event_key, outcome, funding, charges, deadline_at, decided_at',
        batch.map(({ funding }) => ({ ...funding, outcome: 'funded' })),
      ),
    ])
  })
}

/** The settlement: a transfer, its entries, the balances, and the end of the event's own row. */
export async function bookSettlements(database: Database, batch: Rows): Promise<void> {
  await database.transaction(async (tx) => {
    await Promise.all([
      changeBalances(tx, batch, 'settle'),
      insertRows(
        tx,
        'cashier.transfers',
        'transfer_id, event_key, kind, digest, posted_at',
        batch.map((event) => event.transfer),
      ),
      insertRows(
        tx,
        'cashier.entries',
        'transfer_id, account, asset, amount, balance_after',
        batch.flatMap((event) => event.entries),
      ),
      tx.query(
        `UPDATE cashier.fundings f SET outcome = 'settled', settlement = r.settlement, ended_at = $3
         FROM json_to_recordset($1::text::json) AS r(event_key uuid, settlement jsonb)
         WHERE f.event_key = ANY($2::uuid[]) AND f.event_key = r.event_key`,
        [
          JSON.stringify(
            batch.map(({ eventKey, funding }) => ({ event_key: eventKey, settlement: funding['settlement'] })),
          ),
          keysOf(batch),
          String(batch[0]?.funding['ended_at']),
        ],
      ),
    ])
  })
}

/** One row for each account and asset that the batch touches, whatever the number of events. */
async function changeBalances(tx: Sql, batch: Rows, step: 'hold' | 'settle'): Promise<void> {
  const changes = new Map<string, { account: string; asset: string; posted: bigint; held: bigint }>()
  for (const { account, asset, amount } of batch.flatMap((event) => event.funding.funding.lines)) {
    const change = changes.get(`${account} ${asset}`) ?? { account, asset, posted: 0n, held: 0n }
    changes.set(`${account} ${asset}`, change)
    const units = BigInt(amount)
    if (step === 'settle') change.posted += units
    if (units < 0n && account !== 'supply') change.held += step === 'hold' ? -units : units
  }
  const rows = [...changes.values()].filter((change) => change.posted !== 0n || change.held !== 0n)
  await tx.query(
    `UPDATE cashier.balances b SET posted = b.posted + r.posted, held = b.held + r.held, version = b.version + 1
     FROM json_to_recordset($1::text::json) AS r(account text, asset text, posted bigint, held bigint)
     WHERE b.account = ANY($2::text[]) AND b.account = r.account AND b.asset = r.asset`,
    [
      JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      rows.map((row) => row.account),
    ],
  )
}

/** Balance rows of all who take part, so that writing never has to look whether one is there. */
export async function openBalances(database: Database, events: Rows): Promise<void> {
  const lines = events.flatMap((event) => event.funding.funding.lines)
  const distinct = [...new Map(lines.map(({ account, asset }) => [`${account} ${asset}`, { account, asset }])).values()]
  await database.query(
    `INSERT INTO cashier.balances (account, asset, posted, held, version)
     SELECT account, asset, 0, 0, 0 FROM json_to_recordset($1::text::json) AS r(account text, asset text) ON CONFLICT DO NOTHING`,
    [JSON.stringify(distinct)],
  )
}
