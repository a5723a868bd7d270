import { type Chain, type ProvenTransfer, encodeBody } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type MarketAccount, type PayoutState, openStates } from '../domain/payout.ts'

/** A payout as it is decided about. Times in Unix ms. */
export interface PayoutRow {
  readonly payoutId: string
  readonly owner: string
  /** The marketplace's account that it is taken from; undefined: its owner's payable account and credit. */
  readonly source: MarketAccount | undefined
  readonly requestId: string
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
  readonly fromPayableMicro: bigint
  readonly state: PayoutState
  readonly requestedBy: string
  readonly confirmedBy: string
  readonly requestedAtMs: number
  readonly approvedAtMs: number | undefined
  readonly people: number | undefined
  readonly reason: string | undefined
  readonly endedAtMs: number | undefined
  readonly life: number
  readonly dueAtMs: number | undefined
  readonly checks: number
  readonly proof: ProvenTransfer | undefined
  readonly provenAtMs: number | undefined
  readonly rechecksDone: number
  readonly missing: number
}

interface Row {
  payout_id: string
  owner: string
  source: MarketAccount | null
  request_id: string
  chain: Chain
  address: string
  amount_micro: bigint
  from_payable_micro: bigint
  state: PayoutState
  requested_by: string
  confirmed_by: string
  requested_at: Date
  approved_at: Date | null
  people: number | null
  reason: string | null
  ended_at: Date | null
  life: number
  due_at: Date | null
  checks: number
  proof: StoredProof | null
  proven_at: Date | null
  rechecks_done: number
  missing: number
}
type StoredProof = Omit<ProvenTransfer, 'rawValue' | 'amountMicro'> & { rawValue: string; amountMicro: string }

const columns =
  'payout_id, owner, source, request_id, chain, address, amount_micro, from_payable_micro, state, requested_by, confirmed_by, requested_at, approved_at, people, reason, ended_at, life, due_at, checks, proof, proven_at, rechecks_done, missing'

const fromRow = (row: Row): PayoutRow => ({
  payoutId: row.payout_id,
  owner: row.owner,
  source: row.source ?? undefined,
  requestId: row.request_id,
  chain: row.chain,
  address: row.address,
  amountMicro: row.amount_micro,
  fromPayableMicro: row.from_payable_micro,
  state: row.state,
  requestedBy: row.requested_by,
  confirmedBy: row.confirmed_by,
  requestedAtMs: row.requested_at.getTime(),
  approvedAtMs: row.approved_at?.getTime(),
  people: row.people ?? undefined,
  reason: row.reason ?? undefined,
  endedAtMs: row.ended_at?.getTime(),
  life: row.life,
  dueAtMs: row.due_at?.getTime(),
  checks: row.checks,
  proof: row.proof
    ? { ...row.proof, rawValue: BigInt(row.proof.rawValue), amountMicro: BigInt(row.proof.amountMicro) }
    : undefined,
  provenAtMs: row.proven_at?.getTime(),
  rechecksDone: row.rechecks_done,
  missing: row.missing,
})

/** When the first payout is to be looked at. */
export const payoutsDue = 'SELECT min(due_at) FROM payouts.payouts WHERE due_at IS NOT NULL'

export async function insertPayout(tx: Sql, row: PayoutRow): Promise<void> {
  await tx.query(
    `INSERT INTO payouts.payouts (payout_id, owner, request_id, chain, address, amount_micro, from_payable_micro, state,
       requested_by, confirmed_by, requested_at, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.payoutId,
      row.owner,
      row.requestId,
      row.chain,
      row.address,
      row.amountMicro.toString(),
      row.fromPayableMicro.toString(),
      row.state,
      row.requestedBy,
      row.confirmedBy,
      toTimestamp(row.requestedAtMs),
      row.source ?? null,
    ],
  )
}

/** A payout; `lock` keeps it as it is until the transaction ends. */
export async function findPayout(
  sql: Sql,
  payoutId: string,
  lock: 'lock' | 'read' = 'read',
): Promise<PayoutRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.payouts WHERE payout_id = $1 ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [payoutId],
  )
  return row && fromRow(row)
}

export async function findRequest(sql: Sql, owner: string, requestId: string): Promise<PayoutRow | undefined> {
  const [row] = await sql.query<Row>(`SELECT ${columns} FROM payouts.payouts WHERE owner = $1 AND request_id = $2`, [
    owner,
    requestId,
  ])
  return row && fromRow(row)
}

export async function countOpen(sql: Sql, owner: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM payouts.payouts WHERE owner = $1 AND state = ANY($2::text[])',
    [owner, openStates],
  )
  return row?.count ?? 0
}

/** Whether a payout of this kind of request is open for an address. */
export async function hasOpenProceeds(
  sql: Sql,
  owner: string,
  { chain, address }: Pick<PayoutRow, 'chain' | 'address'>,
  prefix: string,
): Promise<boolean> {
  const rows = await sql.query(
    `SELECT 1 AS found FROM payouts.payouts WHERE owner = $1 AND chain = $2 AND address = $3 AND starts_with(request_id, $4)
     AND state = ANY($5::text[]) LIMIT 1`,
    [owner, chain, address, prefix, openStates],
  )
  return rows.length > 0
}

/** The newest payouts of a user. */
export async function payoutsOf(sql: Sql, owner: string, limit: number): Promise<PayoutRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.payouts WHERE owner = $1 ORDER BY requested_at DESC, payout_id LIMIT $2`,
    [owner, limit],
  )
  return rows.map(fromRow)
}

/** Payouts of one owner that are shown among those of all. */
const mostOfOwner = 10

/** Payouts that have not ended, the oldest first: of all owners, of each at most a few, or all of one. */
export async function openPayouts(
  sql: Sql,
  page: { readonly owner: string | undefined; readonly after: string | undefined; readonly limit: number },
): Promise<PayoutRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM (
       SELECT *, row_number() OVER (PARTITION BY owner ORDER BY requested_at, payout_id) AS place FROM payouts.payouts
       WHERE state NOT IN ('settled', 'cancelled', 'failed') AND ($1::text IS NULL OR owner = $1::text)) p
     WHERE ($1::text IS NOT NULL OR place <= $4) AND ($2::text IS NULL OR (requested_at, payout_id) >
       (SELECT requested_at, payout_id FROM payouts.payouts WHERE payout_id = $2::text))
     ORDER BY requested_at, payout_id LIMIT $3`,
    [page.owner ?? null, page.after ?? null, page.limit, mostOfOwner],
  )
  return rows.map(fromRow)
}

/** Most payouts of one answer about addresses. */
const mostToAddresses = 1_000

/** Payouts to these addresses that were approved, the newest first. */
export async function payoutsTo(sql: Sql, chain: Chain, addresses: readonly string[]): Promise<PayoutRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.payouts WHERE chain = $1 AND address = ANY($2::text[]) AND approved_at IS NOT NULL
     ORDER BY approved_at DESC, payout_id LIMIT $3`,
    [chain, addresses, mostToAddresses],
  )
  return rows.map(fromRow)
}

/** What was approved since then and did not come to nothing: of one user, and to one address. */
export async function approvedSince(
  sql: Sql,
  { owner, address }: Pick<PayoutRow, 'owner' | 'address'>,
  sinceMs: number,
): Promise<{ ofOwner: bigint; toAddress: bigint }> {
  const [row] = await sql.query<{ of_owner: bigint; to_address: bigint }>(
    `SELECT coalesce(sum(amount_micro) FILTER (WHERE owner = $1), 0)::bigint AS of_owner,
       coalesce(sum(amount_micro) FILTER (WHERE address = $2), 0)::bigint AS to_address
     FROM payouts.payouts WHERE approved_at > $3 AND (owner = $1 OR address = $2) AND state NOT IN ('cancelled', 'failed')`,
    [owner, address, toTimestamp(sinceMs)],
  )
  return { ofOwner: row?.of_owner ?? 0n, toAddress: row?.to_address ?? 0n }
}

/** What changes of a payout. A field that is left out stays; undefined is stored as nothing. */
export type Changes = Partial<
  Pick<
    PayoutRow,
    | 'state'
    | 'approvedAtMs'
    | 'people'
    | 'reason'
    | 'endedAtMs'
    | 'life'
    | 'dueAtMs'
    | 'checks'
    | 'proof'
    | 'provenAtMs'
    | 'rechecksDone'
    | 'missing'
  >
>

const time = (ms: number | undefined): string | null => (ms === undefined ? null : toTimestamp(ms))

/** Stores a payout that is locked. Destination, chain, amount and owner are never written again. */
export async function updatePayout(tx: Sql, row: PayoutRow, changes: Changes): Promise<PayoutRow> {
  const next: PayoutRow = { ...row, ...changes }
  await tx.query(
    `UPDATE payouts.payouts SET state = $2, approved_at = $3, people = $4, reason = $5, ended_at = $6, life = $7, due_at = $8,
       checks = $9, proof = $10::text::jsonb, proven_at = $11, rechecks_done = $12, missing = $13 WHERE payout_id = $1`,
    [
      next.payoutId,
      next.state,
      time(next.approvedAtMs),
      next.people ?? null,
      next.reason ?? null,
      time(next.endedAtMs),
      next.life,
      time(next.dueAtMs),
      next.checks,
      next.proof ? encodeBody(next.proof) : null,
      time(next.provenAtMs),
      next.rechecksDone,
      next.missing,
    ],
  )
  return next
}

/** Takes payouts that are due, those longest due first, and puts each off: no other process looks at them meanwhile. */
export async function takeDue(sql: Sql, nowMs: number, leaseMs: number, limit: number): Promise<PayoutRow[]> {
  const rows = await sql.query<Row>(
    `UPDATE payouts.payouts p SET due_at = $2 FROM (
       SELECT payout_id AS id FROM payouts.payouts WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) d
     WHERE p.payout_id = d.id RETURNING ${columns}`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit],
  )
  return rows.map(fromRow)
}
