import type { Chain, ProceedsAsked } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { Proceeds } from '../domain/proceeds.ts'

/** The proceeds of one event. */
export interface ProceedsRow extends Proceeds {
  readonly owner: string
  readonly keyId: string
  readonly confirmedBy: string
  readonly keptReason: string | undefined
  readonly createdAtMs: number
}

interface Row {
  owner: string
  event_id: string
  chain: Chain
  address: string
  key_id: string
  confirmed_by: string
  created_at: Date
  earned_micro: bigint
  asked_micro: bigint
  kept_micro: bigint
  kept_reason: string | null
}
const columns =
  'owner, event_id, chain, address, key_id, confirmed_by, created_at, earned_micro, asked_micro, kept_micro, kept_reason'
const fromRow = (row: Row): ProceedsRow => ({
  owner: row.owner,
  eventId: row.event_id,
  chain: row.chain,
  address: row.address,
  keyId: row.key_id,
  confirmedBy: row.confirmed_by,
  createdAtMs: row.created_at.getTime(),
  earnedMicro: row.earned_micro,
  askedMicro: row.asked_micro,
  keptMicro: row.kept_micro,
  keptReason: row.kept_reason ?? undefined,
})

/** Stores that the proceeds of an event may go to an address; again changes nothing. */
export async function insertProceeds(
  tx: Sql,
  one: ProceedsAsked & Pick<ProceedsRow, 'keyId' | 'confirmedBy' | 'createdAtMs'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO payouts.proceeds (owner, event_id, chain, address, key_id, confirmed_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [one.owner, one.eventId, one.chain, one.address, one.keyId, one.confirmedBy, toTimestamp(one.createdAtMs)],
  )
}

/** Proceeds of these events. */
export async function proceedsFor(sql: Sql, owner: string, eventIds: readonly string[]): Promise<ProceedsRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.proceeds WHERE owner = $1 AND event_id = ANY($2::text[])`,
    [owner, eventIds],
  )
  return rows.map(fromRow)
}

/** The oldest proceeds of a user that wait to be paid out. */
export async function waitingProceeds(sql: Sql, owner: string, limit: number): Promise<ProceedsRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.proceeds WHERE owner = $1 AND earned_micro > asked_micro + kept_micro
     ORDER BY created_at, event_id LIMIT $2`,
    [owner, limit],
  )
  return rows.map(fromRow)
}

/** The newest proceeds of a user. */
export async function proceedsOf(sql: Sql, owner: string, limit: number): Promise<ProceedsRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM payouts.proceeds WHERE owner = $1 ORDER BY created_at DESC, event_id LIMIT $2`,
    [owner, limit],
  )
  return rows.map(fromRow)
}

/** Adds to what became of the proceeds of an event. */
export async function addToProceeds(
  tx: Sql,
  { owner, eventId, chain, address }: Pick<ProceedsRow, 'owner' | 'eventId' | 'chain' | 'address'>,
  add: { earned?: bigint; asked?: bigint; kept?: bigint; reason?: string },
): Promise<void> {
  await tx.query(
    `UPDATE payouts.proceeds SET earned_micro = earned_micro + $5, asked_micro = asked_micro + $6, kept_micro = kept_micro + $7,
       kept_reason = coalesce($8, kept_reason) WHERE owner = $1 AND event_id = $2 AND chain = $3 AND address = $4`,
    [
      owner,
      eventId,
      chain,
      address,
      (add.earned ?? 0n).toString(),
      (add.asked ?? 0n).toString(),
      (add.kept ?? 0n).toString(),
      add.reason ?? null,
    ],
  )
}

/** A user whose payable account is read. */
export interface ProceedsOwner {
  readonly owner: string
  readonly seq: bigint
  readonly activeAtMs: number
  readonly payouts: bigint
}

/** Has the account of a user read from now on. `seq`: its newest entry; kept where the account is read already. */
export async function readOwner(tx: Sql, owner: string, seq: bigint, nowMs: number): Promise<void> {
  await tx.query(
    `INSERT INTO payouts.proceeds_owners (owner, seq, due_at, active_at) VALUES ($1, $2, $3, $3)
     ON CONFLICT (owner) DO UPDATE SET active_at = excluded.active_at, due_at = least(payouts.proceeds_owners.due_at, excluded.due_at)`,
    [owner, seq.toString(), toTimestamp(nowMs)],
  )
}

/** When the first account is to be read. */
export const proceedsDue = 'SELECT min(due_at) FROM payouts.proceeds_owners'

/** Takes users whose accounts are due, those longest due first, and puts each off. */
export async function takeDueOwners(sql: Sql, nowMs: number, leaseMs: number, limit: number): Promise<string[]> {
  const rows = await sql.query<{ owner: string }>(
    `UPDATE payouts.proceeds_owners o SET due_at = $2 FROM (
       SELECT owner AS name FROM payouts.proceeds_owners WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) d
     WHERE o.owner = d.name RETURNING o.owner`,
    [toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), limit],
  )
  return rows.map(({ owner }) => owner)
}

export async function lockProceedsOwner(tx: Sql, owner: string): Promise<ProceedsOwner | undefined> {
  const [row] = await tx.query<{ seq: bigint; active_at: Date; payouts: bigint }>(
    'SELECT seq, active_at, payouts FROM payouts.proceeds_owners WHERE owner = $1 FOR UPDATE',
    [owner],
  )
  return row && { owner, seq: row.seq, activeAtMs: row.active_at.getTime(), payouts: row.payouts }
}

export async function saveProceedsOwner(tx: Sql, one: ProceedsOwner & { dueAtMs: number }): Promise<void> {
  await tx.query(
    'UPDATE payouts.proceeds_owners SET seq = $2, due_at = $3, active_at = $4, payouts = $5 WHERE owner = $1',
    [one.owner, one.seq.toString(), toTimestamp(one.dueAtMs), toTimestamp(one.activeAtMs), one.payouts.toString()],
  )
}
