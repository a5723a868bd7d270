import type { Chain, Claim, CreditHolder, Custodian } from '@species/contracts'
import { lifeSuffix } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type NewClaim, makeClaims } from './make-claims.ts'

/** A claim with what else is kept of it. */
export interface ClaimRow extends Claim {
  readonly eventKey: string
  readonly rawValue: bigint
  /** Its place among the transfers alike of its transaction, from 0: what a new mining does not change. */
  readonly nth: number
  readonly trace: string
  readonly claimedAtMs: number
  readonly recheckAtMs: number | undefined
  readonly reason: string | undefined
  /** What it is claimed for, where that is not its event alone. */
  readonly heldFor?: Pick<CreditHolder, 'kind' | 'ref'>
}

export interface KeptClaim extends Claim {
  readonly life: number
  readonly eventKey: string
  readonly rawValue: bigint
  readonly nth: number
  readonly trace: string
  readonly claimedAtMs: number
  readonly rechecksDone: number
  readonly missing: number
}

/**
 * Claims what no event has claimed, the earlier event first; answers with the rows that are claimed now. A transfer is what it says,
 * wherever it stands: mined again at another log index it is claimed still. The log index where it stood names the claim, and where
 * another transfer had stood there, or the same one had vanished, `life` tells the names apart. Money in suspense is taken over with
 * its name. Throws a retryable Fault where two processes, which saw different forks, gave two transfers one name at the same time.
 */
export async function insertClaims(tx: Sql, rows: readonly ClaimRow[]): Promise<ClaimRow[]> {
  const made = await makeClaims(tx, rows.map(newClaimOf))
  return rows.flatMap((row, index) => {
    const name = made[index]
    if (name === undefined) return []
    const { logIndex, life, bookedFrom, custody } = name
    const origin = {
      ...(bookedFrom === undefined ? {} : { bookedFrom }),
      ...(custody === undefined ? {} : { custody }),
    }
    return [{ ...row, logIndex, life, ...origin }]
  })
}

function newClaimOf(row: ClaimRow): NewClaim {
  const holder = { kind: row.heldFor?.kind ?? ('event' as const), ref: row.heldFor?.ref ?? row.eventKey }
  return { ...row, holder: { ...holder, eventKey: row.eventKey, payer: row.payer } }
}

/** The name of a claim: where its transfer stood when it was claimed, and which claim of that place it is. */
export function claimName(of: Named): string {
  return `${of.chain}:${of.hash}#${of.logIndex}${lifeSuffix(of)}`
}

/** A row of `columns`. */
export interface Row {
  chain: Chain
  tx_hash: string
  log_index: number
  life: number
  event_key: string
  payer: string
  amount_micro: bigint
  raw_value: string
  nth: number
  from_address: string
  to_address: string
  block_number: bigint
  block_time: Date
  trace: string
  claimed_at: Date
  rechecks_done: number
  missing: number
  booked_from: 'suspense' | null
  custody: Custodian | null
}
export const columns =
  'chain, tx_hash, log_index, life, event_key, payer, amount_micro, raw_value::text, nth, from_address, to_address, block_number, block_time, trace, claimed_at, rechecks_done, missing, booked_from, custody'
/** Claims that credit a user; of the others the module that made them takes care. */
const credits = 'payer IS NOT NULL'
export const fromRow = (row: Row): KeptClaim => ({
  chain: row.chain,
  hash: row.tx_hash,
  logIndex: row.log_index,
  life: row.life,
  eventKey: row.event_key,
  payer: row.payer,
  amountMicro: row.amount_micro,
  rawValue: BigInt(row.raw_value),
  nth: row.nth,
  fromAddress: row.from_address,
  toAddress: row.to_address,
  blockNumber: Number(row.block_number),
  blockTimeMs: row.block_time.getTime(),
  trace: row.trace,
  claimedAtMs: row.claimed_at.getTime(),
  rechecksDone: row.rechecks_done,
  missing: row.missing,
  ...(row.booked_from === null ? {} : { bookedFrom: row.booked_from }),
  ...(row.custody === null ? {} : { custody: row.custody }),
})

type Named = Pick<Claim, 'chain' | 'hash' | 'logIndex' | 'life'>

function namesParameter(claims: readonly Named[]): string {
  return rowsParameter(
    claims.map(({ chain, hash, logIndex, life = 0 }) => ({ chain, tx_hash: hash, log_index: logIndex, life })),
  )
}

export async function markCredited(sql: Sql, claims: readonly Named[], nowMs: number): Promise<void> {
  await sql.query(
    `UPDATE validator.claims c SET credited_at = $2 FROM json_to_recordset($1::text::json) AS r(chain text, tx_hash text, log_index integer, life integer)
     WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index AND c.life = r.life AND c.credited_at IS NULL`,
    [namesParameter(claims), toTimestamp(nowMs)],
  )
}

/** These claims were reversed. Of which that was first heard by `heardByMs`, those need not be told of any more. */
export async function markReversed(
  sql: Sql,
  claims: readonly Named[],
  nowMs: number,
  heardByMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE validator.claims c SET reversal_heard_at = coalesce(c.reversal_heard_at, $2),
       reversed_at = CASE WHEN c.reversal_heard_at <= $3 THEN $2::timestamptz END
     FROM json_to_recordset($1::text::json) AS r(chain text, tx_hash text, log_index integer, life integer)
     WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index AND c.life = r.life AND c.vanished_at IS NOT NULL AND c.reversed_at IS NULL`,
    [namesParameter(claims), toTimestamp(nowMs), toTimestamp(heardByMs)],
  )
}

/** Claims that the cashier has not said to have credited since before `beforeMs`. */
export async function uncreditedClaims(sql: Sql, beforeMs: number, limit: number): Promise<KeptClaim[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM validator.claims WHERE credited_at IS NULL AND ${credits} AND claimed_at < $1 ORDER BY claimed_at LIMIT $2`,
    [toTimestamp(beforeMs), limit],
  )
  return rows.map(fromRow)
}

/** When the oldest claim that was not answered for is older than `ageMs`. */
export const claimsUncreditedDue = (ageMs: number): string =>
  `SELECT min(claimed_at) + interval '${ageMs + 1} milliseconds' FROM validator.claims WHERE credited_at IS NULL AND ${credits}`

/** When there is the first claim that vanished and is still told of. */
export const vanishedDue = `SELECT min(vanished_at) FROM validator.claims WHERE vanished_at IS NOT NULL AND reversed_at IS NULL AND ${credits}`

/** Claims that vanished and are still told of: those of whose reversal nothing was heard first, then the oldest. */
export async function unreversedClaims(sql: Sql, limit: number): Promise<KeptClaim[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM validator.claims WHERE vanished_at IS NOT NULL AND reversed_at IS NULL AND ${credits} ORDER BY reversal_heard_at NULLS FIRST, vanished_at LIMIT $1`,
    [limit],
  )
  return rows.map(fromRow)
}

/** The claim as it travels; of a first life without a word of it, as code of before life knows it. */
export function toClaim(row: KeptClaim | ClaimRow): Claim {
  const { chain, hash, logIndex, life = 0, payer, amountMicro, fromAddress, toAddress, blockNumber, blockTimeMs } = row
  const place = { chain, hash, logIndex, ...(life === 0 ? {} : { life }) }
  const { bookedFrom, custody } = row
  const origin = { ...(bookedFrom === undefined ? {} : { bookedFrom }), ...(custody === undefined ? {} : { custody }) }
  return { ...place, payer, amountMicro, fromAddress, toAddress, blockNumber, blockTimeMs, ...origin }
}
