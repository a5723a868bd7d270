import {
  type Awaiting,
  type EndState,
  type FloorManagerQueries,
  type StageMark,
  type StoredReceipt,
  readCodeSchema,
} from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { completedAfter, withReceipt } from './completed-receipts.ts'

export interface ReceiptRow extends StoredReceipt {
  readonly revision: number
}

interface Row {
  receipt_id: string
  event_key: string
  revision: number
  owner: string
  parties: string[]
  state: EndState
  jws: string
  issued_at: Date
}
const columns = 'receipt_id, event_key, revision, owner, parties, state, jws, issued_at'
const fromRow = (row: Row): ReceiptRow => ({
  receiptId: row.receipt_id,
  eventKey: row.event_key,
  revision: row.revision,
  owner: row.owner,
  parties: row.parties,
  state: row.state,
  jws: row.jws,
  issuedAtMs: row.issued_at.getTime(),
})

/** First receipts of these events. */
export async function readFirstReceipts(sql: Sql, eventKeys: readonly string[]): Promise<Map<string, ReceiptRow>> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM floor_manager.receipts WHERE revision = 1 AND event_key = ANY($1::uuid[])`,
    [eventKeys],
  )
  return new Map(rows.map((row) => [row.event_key, fromRow(row)]))
}

/** The newest receipt of an event. */
export async function readNewestReceipt(sql: Sql, eventKey: string): Promise<ReceiptRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM floor_manager.receipts WHERE event_key = $1 ORDER BY revision DESC LIMIT 1`,
    [eventKey],
  )
  return row && fromRow(row)
}

/** Writes receipts; one that is there stays as it is. Answers with the ids that were new. */
export async function insertReceipts(sql: Sql, rows: readonly ReceiptRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const inserted = await sql.query<{ receipt_id: string }>(
    `INSERT INTO floor_manager.receipts (${columns})
     SELECT receipt_id, event_key, revision, owner, parties, state, jws, issued_at
     FROM json_to_recordset($1::text::json) AS r(receipt_id text, event_key uuid, revision integer, owner text, parties text[], state text, jws text, issued_at timestamptz)
     ORDER BY event_key ON CONFLICT DO NOTHING RETURNING receipt_id`,
    [
      rowsParameter(
        rows.map((row) => ({
          receipt_id: row.receiptId,
          event_key: row.eventKey,
          revision: row.revision,
          owner: row.owner,
          parties: row.parties,
          state: row.state,
          jws: row.jws,
          issued_at: toTimestamp(row.issuedAtMs),
        })),
      ),
    ],
  )
  return new Set(inserted.map((row) => row.receipt_id))
}

/** Which of these events have lost a payment to a reorganisation. */
export async function readReversals(sql: Sql, eventKeys: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ event_key: string }>(
    'SELECT event_key FROM floor_manager.reversals WHERE event_key = ANY($1::uuid[])',
    [eventKeys],
  )
  return new Set(rows.map((row) => row.event_key))
}

export async function recordReversals(sql: Sql, eventKeys: readonly string[], nowMs: number): Promise<void> {
  await sql.query(
    `INSERT INTO floor_manager.reversals (event_key, recorded_at) SELECT key, $2::timestamptz FROM unnest($1::uuid[]) AS keys(key) ON CONFLICT DO NOTHING`,
    [eventKeys, toTimestamp(nowMs)],
  )
}

/** The floor-manager's answers to other modules. */
export function floorManagerQueries(sql: Sql): FloorManagerQueries {
  return {
    receiptOf: (eventKey) => readNewestReceipt(sql, eventKey),
    async receipt(receiptId) {
      const [row] = await sql.query<Row>(`SELECT ${columns} FROM floor_manager.receipts WHERE receipt_id = $1`, [
        receiptId,
      ])
      return row && fromRow(row)
    },
    async receiptsSince(sinceMs, after, limit) {
      const rows = await sql.query<Omit<Row, 'jws' | 'revision'>>(
        `SELECT receipt_id, event_key, owner, parties, state, issued_at FROM floor_manager.receipts
         WHERE (issued_at, receipt_id) > (GREATEST($1::timestamptz, (SELECT issued_at FROM floor_manager.receipts
           WHERE receipt_id = $2)), COALESCE($2, '')) ORDER BY issued_at, receipt_id LIMIT $3`,
        [toTimestamp(sinceMs), after ?? null, limit],
      )
      return rows.map((row) => ({
        receiptId: row.receipt_id,
        eventKey: row.event_key,
        owner: row.owner,
        parties: row.parties,
        state: row.state,
        issuedAtMs: row.issued_at.getTime(),
      }))
    },
    completedAfter: (after, limit) => completedAfter(sql, after, limit),
    withReceipt: (eventKeys) => withReceipt(sql, eventKeys),
    async openReviews() {
      const rows = await sql.query<{ event_key: string; reason: string; opened_at: Date }>(
        'SELECT event_key, reason, opened_at FROM floor_manager.reviews WHERE decision IS NULL ORDER BY opened_at LIMIT 1000',
      )
      return rows.map((row) => ({ eventKey: row.event_key, reason: row.reason, openedAtMs: row.opened_at.getTime() }))
    },
    stageOf: (eventKey) => stageOf(sql, eventKey),
  }
}

/** What of a failed event's receipt its status repeats. */
const refusedSchema = z.object({ refusal: z.object({ code: readCodeSchema, detail: z.string() }) })

const operatorAwaited: Awaiting = {
  what: 'operator',
  text: 'An operator of the marketplace looks at it, because facts disagree. All stays held for you until they decide.',
}
const oracleAwaited: Awaiting = {
  what: 'oracle',
  text: 'Onli Cloud has still to confirm who owns the units now. It is asked again by itself.',
}

async function stageOf(sql: Sql, eventKey: string): Promise<StageMark | undefined> {
  const receipt = await readNewestReceipt(sql, eventKey)
  if (receipt) {
    const told = refusedSchema.safeParse(decodeJwt(receipt.jws))
    return {
      state: receipt.state,
      atMs: receipt.issuedAtMs,
      ...(told.success ? { refusal: told.data.refusal } : {}),
    }
  }
  const [review] = await sql.query<{ opened_at: Date }>(
    'SELECT opened_at FROM floor_manager.reviews WHERE event_key = $1 AND decision IS NULL',
    [eventKey],
  )
  if (review) return { state: 'review', atMs: review.opened_at.getTime(), awaiting: operatorAwaited }
  const [row] = await sql.query<{
    outcome: 'confirmed' | 'waiting' | 'review'
    until_at: Date
    decided_at: Date
  }>('SELECT outcome, until_at, decided_at FROM floor_manager.verifications WHERE event_key = $1', [eventKey])
  return (
    row && {
      state: row.outcome,
      atMs: row.decided_at.getTime(),
      ...(row.outcome === 'waiting' ? { awaiting: oracleAwaited, untilMs: row.until_at.getTime() } : {}),
      ...(row.outcome === 'review' ? { awaiting: operatorAwaited } : {}),
    }
  )
}
