import {
  type Chain,
  type Dossier,
  type EventRefusal,
  type StageMark,
  type StateBodies,
  type ValidatorQueries,
  dossierSchema,
} from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { immature } from './immature-claims.ts'
import { awaitingOf } from '../domain/awaiting.ts'
import { paymentsOf } from './claimed-payments.ts'
import { claimsFrom, unclaimed } from './claim-standings.ts'
import type { RuleVersions } from '../domain/chain-rules.ts'

type Payment = StateBodies['validated']['payment']

/** The validator's own row of an event that is paid on a chain. */
export interface VerdictRow {
  readonly eventKey: string
  readonly outcome: 'validated' | 'refused' | 'waiting'
  readonly payment: Payment | undefined
  readonly refusal: EventRefusal | undefined
  readonly dossier: Dossier | undefined
  readonly trace: string
  readonly reason: string | undefined
  readonly dueAtMs: number | undefined
  readonly checks: number
  readonly untilMs: number
  readonly watchUntilMs: number
  readonly decidedAtMs: number
  /** The configuration versions that it rests on; undefined where nothing was there to be judged, and in rows of older code. */
  readonly versions: RuleVersions | undefined
  /** An operator has decided that the payment counts although it went to a compromised address. */
  readonly approved: boolean
}

/** A row of `columns`. */
export interface Row {
  event_key: string
  outcome: VerdictRow['outcome']
  payment: unknown
  refusal: unknown
  dossier: unknown
  trace: string
  reason: string | null
  due_at: Date | null
  checks: number
  until_at: Date
  watch_until: Date
  decided_at: Date
  versions: RuleVersions | null
  approved: boolean
}
export const columns =
  'event_key, outcome, payment, refusal, dossier, trace, reason, due_at, checks, until_at, watch_until, decided_at, versions, approved'
const paymentSchema = dossierSchema.shape.payment.unwrap()
const refusalSchema = dossierSchema.shape.refusal.unwrap()

export function fromRow(row: Row): VerdictRow {
  return {
    eventKey: row.event_key,
    outcome: row.outcome,
    payment: row.payment === null ? undefined : paymentSchema.parse(row.payment),
    refusal: row.refusal === null ? undefined : refusalSchema.parse(row.refusal),
    dossier: row.dossier === null ? undefined : dossierSchema.parse(row.dossier),
    trace: row.trace,
    reason: row.reason ?? undefined,
    dueAtMs: row.due_at?.getTime(),
    checks: row.checks,
    untilMs: row.until_at.getTime(),
    watchUntilMs: row.watch_until.getTime(),
    decidedAtMs: row.decided_at.getTime(),
    versions: row.versions ?? undefined,
    approved: row.approved,
  }
}

/** Rows of these events; with `lock`, in sorted order and held until the transaction ends. */
export async function readVerdicts(
  sql: Sql,
  eventKeys: readonly string[],
  lock: boolean,
): Promise<Map<string, VerdictRow>> {
  if (eventKeys.length === 0) return new Map()
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM validator.verdicts WHERE event_key = ANY($1::uuid[]) ORDER BY event_key ${lock ? 'FOR UPDATE' : ''}`,
    [eventKeys],
  )
  return new Map(rows.map((row) => [row.event_key, fromRow(row)]))
}

/** Stores verdicts: new ones, and later words on waiting or watched ones. A yes or a final no is never changed. */
export async function storeVerdicts(tx: Sql, rows: readonly VerdictRow[]): Promise<Set<string>> {
  return await insertVerdicts(
    tx,
    rows,
    `ON CONFLICT (event_key) DO UPDATE SET outcome = excluded.outcome, payment = excluded.payment, refusal = excluded.refusal,
       dossier = excluded.dossier, reason = excluded.reason, due_at = excluded.due_at, checks = excluded.checks, decided_at = excluded.decided_at,
       until_at = excluded.until_at, watch_until = excluded.watch_until, versions = excluded.versions
     WHERE verdicts.outcome = 'waiting' OR verdicts.due_at IS NOT NULL`,
  )
}

async function insertVerdicts(sql: Sql, rows: readonly VerdictRow[], onConflict: string): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const stored = await sql.query<{ event_key: string }>(
    `INSERT INTO validator.verdicts (${columns})
     SELECT ${columns} FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, payment jsonb, refusal jsonb, dossier jsonb,
       trace text, reason text, due_at timestamptz, checks integer, until_at timestamptz, watch_until timestamptz, decided_at timestamptz,
       versions jsonb, approved boolean)
     ORDER BY event_key ${onConflict} RETURNING event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          event_key: row.eventKey,
          outcome: row.outcome,
          payment: row.payment,
          refusal: row.refusal,
          dossier: row.dossier,
          trace: row.trace,
          reason: row.reason,
          due_at: row.dueAtMs === undefined ? undefined : toTimestamp(row.dueAtMs),
          checks: row.checks,
          until_at: toTimestamp(row.untilMs),
          watch_until: toTimestamp(row.watchUntilMs),
          decided_at: toTimestamp(row.decidedAtMs),
          versions: row.versions,
          approved: row.approved,
        })),
      ),
    ],
  )
  return new Set(stored.map((row) => row.event_key))
}

/** Takes events in whose payments are to be asked for; those that are here already stay as they are. Answers with the new ones. */
export async function takeIn(sql: Sql, rows: readonly VerdictRow[]): Promise<ReadonlySet<string>> {
  return await insertVerdicts(sql, rows, 'ON CONFLICT (event_key) DO NOTHING')
}

/** Keeps what an operator decided of payments in review: approved ones are due at once, and refused ones are asked for no more. */
export async function storeDecisions(
  sql: Sql,
  rows: readonly { eventKey: string; refusal: EventRefusal | undefined }[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return
  await sql.query(
    `UPDATE validator.verdicts v SET approved = r.refusal IS NULL, refusal = coalesce(v.refusal, r.refusal),
       outcome = CASE WHEN r.refusal IS NULL THEN v.outcome ELSE 'refused' END,
       due_at = CASE WHEN r.refusal IS NULL THEN $2::timestamptz END, decided_at = $2
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, refusal jsonb)
     WHERE v.event_key = r.event_key AND v.due_at IS NOT NULL AND NOT v.approved`,
    [rowsParameter(rows.map((row) => ({ event_key: row.eventKey, refusal: row.refusal }))), toTimestamp(nowMs)],
  )
}

/** Counts what an index has by owner, up to `atMost`: of one owner or of all. */
async function countVerdicts(sql: Sql, which: string, owner: string | undefined, atMost: number): Promise<number> {
  const whose = owner === undefined ? '' : 'AND owner = $2'
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM validator.verdicts WHERE ${which} ${whose} LIMIT $1) AS counted`,
    owner === undefined ? [atMost] : [atMost, owner],
  )
  return Number(row?.count ?? 0n)
}

/** The validator's answers to other modules. */
export function validatorQueries(sql: Sql): ValidatorQueries {
  return {
    async paymentsClaimed() {
      const [row] = await sql.query<{ sum: bigint }>(
        'SELECT coalesce(sum(amount_micro), 0)::bigint AS sum FROM validator.claims WHERE vanished_at IS NULL AND payer IS NOT NULL',
      )
      return row?.sum ?? 0n
    },
    immature: (payers, claimedAfterMs) => immature(sql, payers, claimedAfterMs),
    async uncredited() {
      const rows = await sql.query<{
        event_key: string
        amount_micro: bigint
        chain: Chain
        block_number: bigint
        block_time: Date
        booked_from: string | null
      }>(
        `SELECT event_key, amount_micro, chain, block_number, block_time, booked_from FROM validator.claims
         WHERE credited_at IS NULL AND vanished_at IS NULL AND payer IS NOT NULL`,
      )
      return rows.map((row) => ({
        eventKey: row.event_key,
        amountMicro: row.amount_micro,
        chain: row.chain,
        blockNumber: Number(row.block_number),
        blockTimeMs: row.block_time.getTime(),
        fromSuspense: row.booked_from === 'suspense',
      }))
    },
    claimsFrom: (after) => claimsFrom(sql, after),
    paymentsOf: (by) => paymentsOf(sql, by),
    unclaimed: (ids) => unclaimed(sql, ids),
    unproven: (owner, atMost) => countVerdicts(sql, `outcome = 'waiting'`, owner, atMost),
    watched: (owner, atMost) => countVerdicts(sql, `outcome = 'refused' AND due_at IS NOT NULL`, owner, atMost),
    async stageOf(eventKey) {
      // Not the payment and not the dossier: of a row that this version cannot read its owner is told nevertheless.
      const [row] = await sql.query<
        Pick<Row, 'outcome' | 'reason' | 'until_at' | 'decided_at'> & { refusal: StageMark['refusal'] | null }
      >('SELECT outcome, reason, until_at, decided_at, refusal FROM validator.verdicts WHERE event_key = $1', [
        eventKey,
      ])
      return (
        row && {
          state: row.outcome,
          atMs: row.decided_at.getTime(),
          ...(row.outcome === 'waiting'
            ? { awaiting: awaitingOf(row.reason ?? ''), untilMs: row.until_at.getTime() }
            : {}),
          ...(row.refusal ? { refusal: row.refusal } : {}),
        }
      )
    },
  }
}
