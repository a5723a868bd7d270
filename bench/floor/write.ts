import type { Database } from '@species/database'
import { type CpuPerEvent, startCpu } from '../cpu.ts'
import type { EventRows } from './capture.ts'
import { insertRows, keysOf, pick } from './insert-rows.ts'
import { bookHolds, bookSettlements } from './write-ledger.ts'
import { endListings, reserveListings } from './write-listings.ts'

type Rows = readonly EventRows[]
type Stage = (database: Database, batch: Rows) => Promise<void>

/**
 * The way of a batch, as one would write it by hand: the rows are known, nothing is decided, nothing is read that the writing
 * does not need. It commits where the modules do, since each of them makes its own step durable before the next begins.
 */
const stages: readonly Stage[] = [
  async (database, batch) => {
    await database.transaction(async (tx) => {
      await Promise.all([
        insertRows(
          tx,
          'marketplace_api.event_keys',
          'owner, event_id, event_key, body_hash, event, key_id, limits, config_version, classifier_version, trace, accepted_at, deadline_at, next_sweep_at, sweeps, in_review',
          batch.map((event) => event.key),
        ),
        insertRows(
          tx,
          'marketplace_api.event_bodies',
          'event_key, received_at, raw_body',
          batch.map((event) => event.body),
        ),
      ])
    })
  },
  async (database, batch) => {
    await database.transaction(async (tx) => {
      await Promise.all([
        insertRows(
          tx,
          'matching.matches',
          'event_key, outcome, match, decided_at',
          batch.map(({ match }) => ({ ...match, outcome: 'matched' })),
        ),
        ...reserveListings(tx, batch),
      ])
    })
  },
  bookHolds,
  (database, batch) =>
    one(
      insertRows(
        database,
        'asset_manager.deliveries',
        'event_key, outcome, request, trace, due_at, checks, until_at, attempted_at, decided_at',
        batch.map(({ delivery }) => ({ ...delivery, outcome: 'attempted', due_at: delivery['until_at'], checks: 0 })),
      ),
    ),
  (database, batch) =>
    one(
      database.query(
        `UPDATE asset_manager.deliveries d SET outcome = 'delivered', operation_id = r.operation_id, due_at = NULL, checks = r.checks,
           decided_at = r.decided_at
         FROM json_to_recordset($1::text::json) AS r(event_key uuid, operation_id text, checks integer, decided_at timestamptz)
         WHERE d.event_key = ANY($2::uuid[]) AND d.event_key = r.event_key`,
        [JSON.stringify(batch.map(({ delivery }) => pick(delivery, deliveredColumns))), keysOf(batch)],
      ),
    ),
  (database, batch) =>
    one(
      insertRows(
        database,
        'floor_manager.verifications',
        'event_key, outcome, oracle, trace, checks, until_at, decided_at',
        batch.map((event) => event.verification),
      ),
    ),
  bookSettlements,
  (database, batch) =>
    one(
      insertRows(
        database,
        'floor_manager.receipts',
        'receipt_id, event_key, revision, owner, parties, state, jws, issued_at',
        batch.map((event) => event.receipt),
      ),
    ),
  async (database, batch) => {
    await database.transaction(async (tx) => {
      await Promise.all([
        tx.query(`UPDATE matching.matches SET outcome = 'consumed', ended_at = $2 WHERE event_key = ANY($1::uuid[])`, [
          keysOf(batch),
          String(batch[0]?.match['ended_at']),
        ]),
        ...endListings(tx, batch),
      ])
    })
  },
  (database, batch) =>
    one(
      database.query(
        `UPDATE marketplace_api.event_keys SET ended_state = 'completed', ended_at = $2 WHERE event_key = ANY($1::uuid[])`,
        [keysOf(batch), String(batch[0]?.key['ended_at'])],
      ),
    ),
]
const deliveredColumns = ['event_key', 'operation_id', 'checks', 'decided_at']
/** Stages that change the same balances or listings as another: of those only one writes at a time. */
const exclusive: Readonly<Record<number, 'balances' | 'listings'>> = {
  1: 'listings',
  2: 'balances',
  6: 'balances',
  8: 'listings',
}

export interface FloorResult {
  readonly eventsPerSecond: number
  readonly events: number
  readonly seconds: number
  readonly cpu: CpuPerEvent
}

/**
 * Writes the events in batches: each stage works on one batch at a time, and all stages at once, as the modules do. The first
 * `warmUp` events are not measured.
 */
export async function writeFloor(
  database: Database & { readonly name: string },
  events: Rows,
  batchSize: number,
  warmUp: number,
): Promise<FloorResult> {
  const batches: EventRows[][] = []
  for (let from = 0; from < events.length; from += batchSize) batches.push(events.slice(from, from + batchSize))
  const warm = Math.ceil(warmUp / batchSize)
  await pipeline(database, batches.slice(0, warm))
  const begun = { at: performance.now(), cpu: startCpu(database.name) }
  await pipeline(database, batches.slice(warm))
  const seconds = (performance.now() - begun.at) / 1_000
  const count = events.length - warm * batchSize
  return { eventsPerSecond: count / seconds, events: count, seconds, cpu: begun.cpu(count) }
}

async function pipeline(database: Database, batches: readonly Rows[]): Promise<void> {
  const locks = new Map<string, Promise<void>>()
  const exclusively = async (name: string | undefined, work: () => Promise<void>): Promise<void> => {
    if (name === undefined) {
      await work()
      return
    }
    const mine = (locks.get(name) ?? Promise.resolve()).then(work)
    locks.set(name, mine)
    await mine
  }
  let before = batches.map(() => Promise.resolve())
  for (const [number, stage] of stages.entries()) {
    let last: Promise<void> = Promise.resolve()
    before = batches.map((batch, index) => {
      const ready = Promise.all([before[index], last])
      last = ready.then(() => exclusively(exclusive[number], () => stage(database, batch)))
      return last
    })
  }
  await Promise.all(before)
}

async function one(statement: Promise<unknown>): Promise<void> {
  await statement
}
