import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { ChainFamily } from '@species/contracts'
import { dropChallenges } from './wallet-store.ts'

/** A request to transfer a wallet to a newer prover. */
export interface WalletTransfer {
  readonly transferId: string
  readonly family: ChainFamily
  readonly address: string
  readonly from: string
  readonly to: string
  /** `pending` takes effect by itself; `objected` waits for an operator; `kept`: the owner keeps it. */
  readonly status: 'pending' | 'objected' | 'done' | 'kept'
  readonly requestedAtMs: number
  readonly takesEffectAtMs: number
}

interface Row {
  transfer_id: string
  family: ChainFamily
  address: string
  from_onli_id: string
  to_onli_id: string
  status: WalletTransfer['status']
  requested_at: Date
  takes_effect_at: Date
}
const fromRow = (row: Row): WalletTransfer => ({
  transferId: row.transfer_id,
  family: row.family,
  address: row.address,
  from: row.from_onli_id,
  to: row.to_onli_id,
  status: row.status,
  requestedAtMs: row.requested_at.getTime(),
  takesEffectAtMs: row.takes_effect_at.getTime(),
})

/** Two times: of the process, and one that is never ahead of it (decision 0055). Unix ms. */
export interface Times {
  readonly nowMs: number
  readonly agedMs: number
}

/**
 * Opens a request unless one is open for the address, or an operator has let the owner keep it from this user; answers with the open one.
 * It takes effect at its time, and not before `notBeforeMs` by the time that is never ahead.
 */
export async function openTransfer(
  tx: Sql,
  one: WalletTransfer & { readonly notBeforeMs: number },
): Promise<WalletTransfer | undefined> {
  await tx.query(
    `INSERT INTO authenticator.wallet_transfers (transfer_id, family, address, from_onli_id, to_onli_id, status, requested_at, takes_effect_at, not_before)
     SELECT $1, $2, $3, $4, $5, 'pending', $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM authenticator.wallet_transfers
       WHERE family = $2 AND address = $3 AND from_onli_id = $4 AND to_onli_id = $5 AND status = 'kept')
     ON CONFLICT (family, address) WHERE status IN ('pending', 'objected') DO NOTHING`,
    [
      one.transferId,
      one.family,
      one.address,
      one.from,
      one.to,
      toTimestamp(one.requestedAtMs),
      toTimestamp(one.takesEffectAtMs),
      toTimestamp(one.notBeforeMs),
    ],
  )
  const [row] = await tx.query<Row>(
    `SELECT * FROM authenticator.wallet_transfers WHERE family = $1 AND address = $2 AND status IN ('pending', 'objected')`,
    [one.family, one.address],
  )
  return row && fromRow(row)
}

/** Requests to or from a user that are open, and the latest that ended. */
export async function transfersOf(sql: Sql, onliId: string): Promise<WalletTransfer[]> {
  const rows = await sql.query<Row>(
    `SELECT * FROM authenticator.wallet_transfers WHERE from_onli_id = $1 OR to_onli_id = $1 ORDER BY requested_at DESC LIMIT 100`,
    [onliId],
  )
  return rows.map(fromRow)
}

/** Requests that an operator must decide, oldest first. */
export async function objectedTransfers(sql: Sql): Promise<WalletTransfer[]> {
  const rows = await sql.query<Row>(
    `SELECT * FROM authenticator.wallet_transfers WHERE status = 'objected' ORDER BY requested_at LIMIT 200`,
  )
  return rows.map(fromRow)
}

/** The owner objects before the request takes effect by both times. False: it is not theirs, or too late. */
export async function objectTo(sql: Sql, transferId: string, owner: string, at: Times): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE authenticator.wallet_transfers SET status = 'objected'
     WHERE transfer_id = $1 AND from_onli_id = $2 AND status = 'pending' AND (takes_effect_at > $3 OR not_before > $4) RETURNING transfer_id`,
    [transferId, owner, toTimestamp(at.nowMs), toTimestamp(at.agedMs)],
  )
  return rows.length > 0
}

/**
 * Locks the request that is open for an address, before its wallet is locked: one that takes effect is locked in the same order, and
 * neither waits for the other in a circle.
 */
export async function lockOpenTransfer(
  tx: Sql,
  wallet: { readonly family: ChainFamily; readonly address: string },
): Promise<void> {
  await tx.query(
    `SELECT 1 FROM authenticator.wallet_transfers
     WHERE family = $1 AND address = $2 AND status IN ('pending', 'objected') FOR UPDATE`,
    [wallet.family, wallet.address],
  )
}

/** The owner gives the wallet up: a request that is open takes effect now. Answers with its id. */
export async function hasten(
  sql: Sql,
  wallet: { family: ChainFamily; address: string; onliId: string },
  nowMs: number,
): Promise<string | undefined> {
  const [row] = await sql.query<{ transfer_id: string }>(
    `UPDATE authenticator.wallet_transfers SET status = 'pending', takes_effect_at = $4, not_before = NULL
     WHERE family = $1 AND address = $2 AND from_onli_id = $3 AND status IN ('pending', 'objected') RETURNING transfer_id`,
    [wallet.family, wallet.address, wallet.onliId, toTimestamp(nowMs)],
  )
  return row?.transfer_id
}

/** Locks a request to which the owner objects. Undefined: nothing to decide. */
export async function lockObjection(tx: Sql, transferId: string): Promise<WalletTransfer | undefined> {
  const [row] = await tx.query<Row>(
    `SELECT * FROM authenticator.wallet_transfers WHERE transfer_id = $1 AND status = 'objected' FOR UPDATE`,
    [transferId],
  )
  return row && fromRow(row)
}

/** An operator decides an objection: transferred from now on, or kept. Undefined: nothing to decide. */
export async function decideTransfer(
  tx: Sql,
  transferId: string,
  by: { decision: 'transfer' | 'keep'; decidedBy: string; reason: string; nowMs: number },
): Promise<WalletTransfer | undefined> {
  const [row] = await tx.query<Row>(
    `UPDATE authenticator.wallet_transfers SET status = $2, decided_by = $3, reason = $4, takes_effect_at = $5, not_before = NULL,
       ended_at = CASE WHEN $2 = 'kept' THEN $5::timestamptz END
     WHERE transfer_id = $1 AND status = 'objected' RETURNING *`,
    [transferId, by.decision === 'keep' ? 'kept' : 'pending', by.decidedBy, by.reason, toTimestamp(by.nowMs)],
  )
  return row && fromRow(row)
}

/** When the first pending request takes effect. */
export const transfersDue = `SELECT min(takes_effect_at) FROM authenticator.wallet_transfers WHERE status = 'pending'`

/**
 * Carries out requests that are due: the old owner's time ends where the new one's begins, however late this runs. Only where the
 * wallet is still the old owner's, or has no owner. Answers with those that took effect. A transaction that has locked a wallet before
 * names the `only` one of that wallet: it waits for no other.
 */
export async function applyDue(
  tx: Sql,
  { nowMs, agedMs }: Times,
  { limit = 1, only }: { readonly limit?: number; readonly only?: string } = {},
): Promise<WalletTransfer[]> {
  const rows = await tx.query<Row>(
    `SELECT * FROM authenticator.wallet_transfers WHERE status = 'pending' AND takes_effect_at <= $1 AND (not_before IS NULL OR not_before <= $2)
       AND ($4::uuid IS NULL OR transfer_id = $4)
     ORDER BY transfer_id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [toTimestamp(nowMs), toTimestamp(agedMs), limit, only ?? null],
  )
  for (const row of rows) {
    const { transfer_id: id, family, address } = row
    await tx.query(
      `UPDATE authenticator.wallets SET released_at = $4
       WHERE family = $1 AND address = $2 AND onli_id = $3 AND released_at IS NULL`,
      [family, address, row.from_onli_id, row.takes_effect_at],
    )
    await tx.query(
      `INSERT INTO authenticator.wallets (wallet_id, family, address, onli_id, proven_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (family, address) WHERE released_at IS NULL DO NOTHING`,
      [id, family, address, row.to_onli_id, row.takes_effect_at],
    )
    await dropChallenges(tx, { family, address, onliId: row.from_onli_id })
    await tx.query(`UPDATE authenticator.wallet_transfers SET status = 'done', ended_at = $2 WHERE transfer_id = $1`, [
      id,
      toTimestamp(nowMs),
    ])
  }
  return rows.map(fromRow)
}
