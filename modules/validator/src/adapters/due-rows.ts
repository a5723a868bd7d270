import type { Chain } from '@species/contracts'
import { unparked } from '@species/bus'
import { type Sql, rowsParameter } from '@species/database'
import type { DueRow, StoredLetter } from '@species/flow'
import { toTimestamp } from '@species/platform'
import { type Row, type VerdictRow, columns, fromRow } from './verdict-rows.ts'

/** What may be taken of one chain now. */
export interface FreeLane {
  readonly chain: Chain
  /** So many transactions. */
  readonly places: number
  /** Owners who have their share of the lane already. */
  readonly busyOwners: readonly string[]
}

/** The job that asks for what is due, as its dead letters name it. */
export const dueJob = 'payments-due'

/** When the first payment is due to be asked for. An event that cites a quote has a job of its own. */
export const verdictsDue = 'SELECT min(due_at) FROM validator.verdicts WHERE due_at IS NOT NULL AND quote IS NULL'

/** The job that looks what came in for the quotes that events cite. */
export const quotedJob = 'quoted-payments-due'
export const quotedDue = 'SELECT min(due_at) FROM validator.verdicts WHERE due_at IS NOT NULL AND quote IS NOT NULL'

/** Events that cite one transaction are taken together, up to so many in all. */
const maxTaken = 500

/**
 * Takes verdicts that are due, putting their next time off by `leaseMs`: in each lane one of every owner, then a second one, up to
 * `perOwner`. What an event still waits for comes before what is only watched. All others that are due and cite the same
 * transaction come along, since one answer of the chain is for all of them.
 */
export async function takeDueVerdicts(
  sql: Sql,
  lanes: readonly FreeLane[],
  times: { readonly nowMs: number; readonly leaseMs: number; readonly perOwner: number },
): Promise<DueRow<VerdictRow>[]> {
  const rows = await sql.query<Row>(
    `WITH lanes AS (SELECT * FROM json_to_recordset($1::text::json) AS r(chain text, places integer, busy jsonb)),
     due AS (SELECT chain, cited, outcome, due_at,
         row_number() OVER (PARTITION BY chain, owner ORDER BY outcome DESC, due_at) AS turn
       FROM validator.verdicts JOIN lanes USING (chain) WHERE due_at <= $2 AND NOT lanes.busy ? owner AND ${unparked(dueJob, 'event_key::text')}),
     ranked AS (SELECT *, row_number() OVER (PARTITION BY chain ORDER BY outcome DESC, turn, due_at) AS place FROM due WHERE turn <= $4),
     picked AS (SELECT DISTINCT chain, cited FROM ranked JOIN lanes USING (chain) WHERE place <= places)
     UPDATE validator.verdicts SET due_at = $3 WHERE event_key IN (
       SELECT v.event_key FROM validator.verdicts v JOIN picked ON v.cited = picked.cited AND v.chain = picked.chain
       WHERE v.due_at <= $2 AND ${unparked(dueJob, 'v.event_key::text')} ORDER BY v.due_at, v.event_key LIMIT $5 FOR UPDATE OF v SKIP LOCKED)
     RETURNING ${columns}`,
    [
      rowsParameter(lanes.map(({ chain, places, busyOwners }) => ({ chain, places, busy: busyOwners }))),
      toTimestamp(times.nowMs),
      toTimestamp(times.nowMs + times.leaseMs),
      times.perOwner,
      maxTaken,
    ],
  )
  return dueRows(rows)
}

/** Takes events that cite quotes and are due, those that wait for longest first, putting their next time off by `leaseMs`. */
export async function takeDueQuoted(
  sql: Sql,
  { nowMs, leaseMs }: { readonly nowMs: number; readonly leaseMs: number },
): Promise<DueRow<VerdictRow>[]> {
  const rows = await sql.query<Row>(
    `UPDATE validator.verdicts SET due_at = $2 WHERE event_key IN (
       SELECT v.event_key FROM validator.verdicts v
       WHERE v.due_at <= $1 AND v.quote IS NOT NULL AND ${unparked(quotedJob, 'v.event_key::text')}
       ORDER BY v.due_at, v.event_key LIMIT $3 FOR UPDATE OF v SKIP LOCKED)
     RETURNING ${columns}`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), maxTaken],
  )
  return dueRows(rows)
}

function dueRows(rows: Row[]): DueRow<VerdictRow>[] {
  return rows
    .sort((one, other) => (one.event_key < other.event_key ? -1 : 1))
    .map((row) => ({
      topic: 'classified',
      key: row.event_key,
      trace: row.trace,
      body: row.dossier,
      read: () => fromRow(row),
    }))
}

/** Payments that cite one of these transactions are due now. Answers whether there are any. */
export async function wakeVerdicts(
  sql: Sql,
  transactions: readonly { readonly chain: Chain; readonly hash: string }[],
  nowMs: number,
): Promise<boolean> {
  const woken = await sql.query(
    `UPDATE validator.verdicts v SET due_at = $2 FROM json_to_recordset($1::text::json) AS r(chain text, cited text)
     WHERE v.chain = r.chain AND v.cited = r.cited AND v.due_at > $2 RETURNING 1 AS woken`,
    [
      rowsParameter(transactions.map(({ chain, hash }) => ({ chain, cited: hash.replace(/^0x/, '') }))),
      toTimestamp(nowMs),
    ],
  )
  return woken.length > 0
}

/** The message that a verdict in waiting stands for. */
export function letterOf({ eventKey, trace, dossier }: VerdictRow): StoredLetter {
  return { topic: 'classified', key: eventKey, trace, body: dossier }
}
