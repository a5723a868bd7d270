import type { Sql } from '@species/database'

type JsonRow = Readonly<Record<string, unknown>>

/** Everything that one completed event left behind in the tables. */
export interface EventRows {
  readonly eventKey: string
  readonly key: JsonRow
  readonly body: JsonRow
  readonly match: JsonRow
  /** A sale opens one. */
  readonly listing: JsonRow | undefined
  readonly reservations: readonly { listing_id: string; units: number }[]
  readonly funding: JsonRow & { readonly funding: { readonly lines: readonly Line[] } }
  readonly delivery: JsonRow
  readonly verification: JsonRow
  readonly transfer: JsonRow
  readonly entries: readonly JsonRow[]
  readonly receipt: JsonRow
}
interface Line {
  readonly account: string
  readonly asset: string
  readonly amount: string
}

/** Reads what the modules wrote of the completed events after this one, in the order in which they were accepted. */
export async function captureRows(sql: Sql, after: string | undefined): Promise<EventRows[]> {
  const one = (table: string): string => `(SELECT row_to_json(t) FROM ${table} t WHERE t.event_key = k.event_key)`
  const some = (table: string, where: string): string =>
    `(SELECT coalesce(json_agg(t), '[]') FROM ${table} t WHERE ${where})`
  const found: EventRows[] = []
  for (;;) {
    const page = await sql.query<{ rows: EventRows }>(
      `SELECT json_build_object('eventKey', k.event_key, 'key', row_to_json(k), 'body', ${one('marketplace_api.event_bodies')},
         'match', ${one('matching.matches')}, 'listing', ${one('matching.listings')},
         'reservations', ${some('matching.reservations', 't.event_key = k.event_key')},
         'funding', ${one('cashier.fundings')}, 'delivery', ${one('asset_manager.deliveries')},
         'verification', ${one('floor_manager.verifications')}, 'transfer', ${one('cashier.transfers')},
         'entries', ${some('cashier.entries', `t.transfer_id = 'settlement:' || k.event_key`)},
         'receipt', ${one('floor_manager.receipts')}) AS rows
       FROM marketplace_api.event_keys k WHERE k.ended_state = 'completed' AND k.event_key > $1::uuid ORDER BY k.event_key LIMIT $2`,
      [found.at(-1)?.eventKey ?? after ?? '00000000-0000-0000-0000-000000000000', 1_000],
    )
    found.push(...page.map((row) => row.rows))
    if (page.length === 0) return found
  }
}

/** How many rows an event leaves on average, and how many are written to get there (inserts and updates). */
export function rowsPerEvent(events: readonly EventRows[]): { left: number; writes: number } {
  let left = 0
  let writes = 0
  for (const event of events) {
    const listings = event.reservations.length + (event.listing ? 1 : 0)
    const inserted = 8 + event.entries.length + listings
    left += inserted
    // Updated: the key, the match, the delivery, the funding; two balances a line, once held and once posted; listings.
    writes += inserted + 4 + event.funding.funding.lines.length * 2 + listings + event.reservations.length * 2
  }
  return { left: left / events.length, writes: writes / events.length }
}
