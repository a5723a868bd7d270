import { type Dossier, type Funding, type Settlement, dossierSchema, stateBodySchemas } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { assertFirst } from '@species/flow'
import { toTimestamp } from '@species/platform'
import type { Charge } from '../domain/limits.ts'
import type { PoolHold } from '../domain/pool-share.ts'

export type FundingOutcome = 'funded' | 'refused' | 'settled' | 'released'

/** The cashier's own row of an event. */
export interface FundingRow {
  readonly eventKey: string
  readonly outcome: FundingOutcome
  readonly funding?: Funding
  readonly settlement?: Settlement
  /** Of a refusal or a release: the message as it was answered. */
  readonly dossier?: Dossier
  readonly charges: readonly Pick<Charge, 'keyId' | 'windowName' | 'units'>[]
  readonly decidedAtMs: number
  readonly endedAtMs?: number
}

interface Row {
  event_key: string
  outcome: FundingOutcome
  funding: unknown
  settlement: unknown
  dossier: unknown
  charges: { keyId: string; windowName: string; units: string }[] | null
  decided_at: Date
  ended_at: Date | null
}

const fundingSchema = dossierSchema.shape.funding.unwrap()
const settlementSchema = dossierSchema.shape.settlement.unwrap()

/** Rows of these events; with `lock`, in sorted order and held until the transaction ends. */
export async function readFundings(
  tx: Sql,
  eventKeys: readonly string[],
  lock: boolean,
): Promise<Map<string, FundingRow>> {
  const rows = await tx.query<Row>(
    `SELECT event_key, outcome, funding, settlement, dossier, charges, decided_at, ended_at FROM cashier.fundings
     WHERE event_key = ANY($1::uuid[]) ORDER BY event_key ${lock ? 'FOR UPDATE' : ''}`,
    [eventKeys],
  )
  return new Map(rows.map((row) => [row.event_key, fromRow(row)]))
}

function fromRow(row: Row): FundingRow {
  return {
    eventKey: row.event_key,
    outcome: row.outcome,
    ...(row.funding === null ? {} : { funding: fundingSchema.parse(row.funding) }),
    ...(row.settlement === null ? {} : { settlement: settlementSchema.parse(row.settlement) }),
    ...(row.dossier === null ? {} : { dossier: stateBodySchemas.refused.parse(row.dossier) }),
    charges: (row.charges ?? []).map((charge) => ({ ...charge, units: BigInt(charge.units) })),
    decidedAtMs: row.decided_at.getTime(),
    ...(row.ended_at === null ? {} : { endedAtMs: row.ended_at.getTime() }),
  }
}

/** Whether an event in flight will change this account when it settles. */
export async function isInFlight(tx: Sql, account: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 AS found FROM cashier.fundings
     WHERE outcome = 'funded' AND funding -> 'lines' @> jsonb_build_array(jsonb_build_object('account', $1::text)) LIMIT 1`,
    [account],
  )
  return rows.length > 0
}

/** What the unfinished redemptions of these users hold of the liquidity pool, micro-units. The pool's balance must be locked. */
export async function readPoolHolds(tx: Sql, holders: readonly string[]): Promise<Map<string, bigint>> {
  if (holders.length === 0) return new Map()
  const rows = await tx.query<{ pool_holder: string; micro: bigint }>(
    `SELECT pool_holder, sum(pool_micro)::bigint AS micro FROM cashier.fundings
     WHERE outcome = 'funded' AND pool_holder = ANY($1::text[]) GROUP BY pool_holder`,
    [holders],
  )
  return new Map(rows.map((row) => [row.pool_holder, row.micro]))
}

/** Stores first decisions. Where another process was faster the whole batch is given up and comes again. */
export async function insertFundings(
  tx: Sql,
  rows: readonly (FundingRow & { deadlineMs: number; pool?: PoolHold })[],
): Promise<void> {
  if (rows.length === 0) return
  const inserted = await tx.query<{ event_key: string }>(
    `INSERT INTO cashier.fundings (event_key, outcome, funding, dossier, charges, deadline_at, decided_at, ended_at, pool_holder, pool_micro)
     SELECT event_key, outcome, funding, dossier, charges, deadline_at, decided_at, ended_at, pool_holder, pool_micro FROM json_to_recordset($1::text::json)
       AS r(event_key uuid, outcome text, funding jsonb, dossier jsonb, charges jsonb, deadline_at timestamptz, decided_at timestamptz, ended_at timestamptz,
         pool_holder text, pool_micro bigint)
     ON CONFLICT (event_key) DO NOTHING RETURNING event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          event_key: row.eventKey,
          outcome: row.outcome,
          funding: row.funding,
          dossier: row.dossier,
          charges: row.charges.length === 0 ? undefined : row.charges,
          deadline_at: toTimestamp(row.deadlineMs),
          decided_at: toTimestamp(row.decidedAtMs),
          pool_holder: row.pool?.holder,
          pool_micro: row.pool?.micro,
          ended_at: row.endedAtMs === undefined ? undefined : toTimestamp(row.endedAtMs),
        })),
      ),
    ],
  )
  assertFirst(inserted, rows)
}

/** Ends rows that were held: settled with what was posted, or released. */
export async function endFundings(
  tx: Sql,
  rows: readonly { eventKey: string; outcome: 'settled' | 'released'; settlement?: Settlement; dossier?: Dossier }[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `UPDATE cashier.fundings f SET outcome = r.outcome, settlement = r.settlement, dossier = r.dossier, ended_at = $2
     FROM json_to_recordset($1::text::json) AS r(event_key uuid, outcome text, settlement jsonb, dossier jsonb)
     WHERE f.event_key = ANY($3::uuid[]) AND f.event_key = r.event_key`,
    [
      rowsParameter(
        rows.map((row) => ({
          event_key: row.eventKey,
          outcome: row.outcome,
          settlement: row.settlement,
          dossier: row.dossier,
        })),
      ),
      toTimestamp(nowMs),
      rows.map((row) => row.eventKey),
    ],
  )
}
