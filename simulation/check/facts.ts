import type { EndState, Receipt } from '@species/contracts'
import type { Sql } from '@species/database'
import { readSigned } from '../signer.ts'

/** How a history ended, as the rows have it. */
export interface Facts {
  readonly events: readonly {
    eventKey: string
    owner: string
    eventId: string
    ended: EndState | undefined
    inReview: boolean
  }[]
  readonly receipts: readonly { eventKey: string; revision: number; receipt: Receipt | undefined }[]
  readonly reviews: readonly { eventKey: string; reason: string; open: boolean }[]
  readonly parked: readonly { consumer: string; key: string; attempts: number; cause: string }[]
  readonly balances: readonly { account: string; asset: 'USDT' | 'SPECIES'; posted: bigint; held: bigint }[]
  readonly entries: readonly Entry[]
  readonly claims: readonly { hash: string; payer: string; amountMicro: bigint; vanished: boolean; credited: boolean }[]
  readonly listings: readonly { listingId: string; available: bigint; reserved: bigint; status: string }[]
}

export interface Entry {
  readonly transferId: string
  readonly kind: string
  readonly eventKey: string | undefined
  readonly account: string
  readonly asset: 'USDT' | 'SPECIES'
  readonly amount: bigint
  readonly balanceAfter: bigint
}

/** Reads everything that is checked, in a statement a table. */
export async function readFacts(sql: Sql): Promise<Facts> {
  const events = await sql.query<{
    event_key: string
    owner: string
    event_id: string
    ended_state: EndState | null
    in_review: boolean
  }>('SELECT event_key, owner, event_id, ended_state, in_review FROM marketplace_api.event_keys ORDER BY event_key')
  const receipts = await sql.query<{ event_key: string; revision: number; jws: string }>(
    'SELECT event_key, revision, jws FROM floor_manager.receipts ORDER BY event_key, revision',
  )
  const reviews = await sql.query<{ eventKey: string; reason: string; open: boolean }>(
    'SELECT event_key AS "eventKey", reason, decision IS NULL AS open FROM floor_manager.reviews ORDER BY event_key',
  )
  const parked = await sql.query<{ consumer: string; key: string; attempts: number; cause: string }>(
    `SELECT consumer, key, attempts, coalesce(cause, 'not parked yet') AS cause FROM runtime.dead_letters ORDER BY consumer, key`,
  )
  const balances = await sql.query<Facts['balances'][number]>(
    'SELECT account, asset, posted, held FROM cashier.balances ORDER BY account COLLATE "C", asset',
  )
  const entries = await sql.query<Omit<Entry, 'eventKey'> & { eventKey: string | null }>(
    `SELECT e.transfer_id AS "transferId", t.kind, t.event_key AS "eventKey", e.account, e.asset, e.amount, e.balance_after AS "balanceAfter"
     FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id) ORDER BY e.seq`,
  )
  const claims = await sql.query<Facts['claims'][number]>(
    `SELECT tx_hash AS hash, payer, amount_micro AS "amountMicro", vanished_at IS NOT NULL AS vanished, credited_at IS NOT NULL AS credited
     FROM validator.claims ORDER BY tx_hash`,
  )
  const listings = await sql.query<Facts['listings'][number]>(
    `SELECT listing_id AS "listingId", units_available AS available, units_reserved AS reserved, status FROM matching.listings ORDER BY listing_id`,
  )
  return {
    events: events.map((row) => ({
      eventKey: row.event_key,
      owner: row.owner,
      eventId: row.event_id,
      ended: row.ended_state ?? undefined,
      inReview: row.in_review,
    })),
    receipts: receipts.map((row) => ({
      eventKey: row.event_key,
      revision: row.revision,
      receipt: readSigned(row.jws),
    })),
    reviews,
    parked,
    balances,
    entries: entries.map((entry) => ({ ...entry, eventKey: entry.eventKey ?? undefined })),
    claims,
    listings,
  }
}
