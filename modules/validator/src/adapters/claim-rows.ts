import type { Chain, Claim } from '@species/contracts'
import { Fault, lifeSuffix } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

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

/** One transfer, by chain, hash, sender, recipient, value and place; the token is always the chain's genuine USDT. */
function sameTransfer(table: string): string {
  return ['chain', 'tx_hash', 'from_address', 'to_address', 'raw_value', 'nth']
    .map((column) => `${table}.${column} = r.${column}`)
    .join(' AND ')
}

/**
 * Claims what nobody has claimed, the earlier event first; answers with the rows that are claimed now. A transfer is what it says,
 * wherever it stands: mined again at another log index it is claimed still. The log index where it stood names the claim, and where
 * another transfer had stood there, or the same one had vanished, `life` tells the names apart. Throws a retryable Fault where two
 * processes, which saw different forks, gave two transfers one name at the same time.
 */
export async function insertClaims(tx: Sql, rows: readonly ClaimRow[]): Promise<ClaimRow[]> {
  if (rows.length === 0) return []
  const inserted = await tx.query<{
    event_key: string
    chain: Chain
    tx_hash: string
    log_index: number
    life: number
  }>(
    `INSERT INTO validator.claims (chain, tx_hash, log_index, life, event_key, payer, amount_micro, raw_value, nth, from_address, to_address,
       block_number, block_time, trace, claimed_at, recheck_at, rechecks_done, missing, reason)
     SELECT chain, tx_hash, log_index, coalesce(greatest(
         (SELECT max(c.life) FROM validator.claims c WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index),
         (SELECT max(v.life) FROM validator.claims v WHERE ${sameTransfer('v')} AND v.vanished_at IS NOT NULL)) + 1, 0), event_key, payer, amount_micro, raw_value, nth, from_address, to_address, block_number, block_time,
       trace, claimed_at, recheck_at, 0, 0, reason
     FROM json_to_recordset($1::text::json) AS r(chain text, tx_hash text, log_index integer, event_key uuid, payer text,
       amount_micro bigint, raw_value numeric, nth integer, from_address text, to_address text, block_number bigint, block_time timestamptz,
       trace text, claimed_at timestamptz, recheck_at timestamptz, reason text)
     ORDER BY chain, tx_hash, from_address, to_address, raw_value, nth, event_key ON CONFLICT DO NOTHING RETURNING event_key, chain, tx_hash, log_index, life`,
    [
      rowsParameter(
        rows.map((row) => ({
          chain: row.chain,
          tx_hash: row.hash,
          log_index: row.logIndex,
          event_key: row.eventKey,
          payer: row.payer,
          amount_micro: row.amountMicro,
          raw_value: row.rawValue,
          nth: row.nth,
          from_address: row.fromAddress,
          to_address: row.toAddress,
          block_number: row.blockNumber,
          block_time: toTimestamp(row.blockTimeMs),
          trace: row.trace,
          claimed_at: toTimestamp(row.claimedAtMs),
          recheck_at: row.recheckAtMs === undefined ? undefined : toTimestamp(row.recheckAtMs),
          reason: row.reason,
        })),
      ),
    ],
  )
  const lives = new Map(
    inserted.map((row) => [`${row.event_key} ${row.chain} ${row.tx_hash} ${row.log_index}`, row.life]),
  )
  const lifeOf = (row: ClaimRow): number | undefined =>
    lives.get(`${row.eventKey} ${row.chain} ${row.hash} ${row.logIndex}`)
  await assertStanding(
    tx,
    rows.filter((row) => lifeOf(row) === undefined),
  )
  return rows.flatMap((row) => {
    const life = lifeOf(row)
    return life === undefined ? [] : [{ ...row, life }]
  })
}

/** What was not claimed now stands claimed; else only its name was taken, and the next try gives it another. */
async function assertStanding(tx: Sql, rows: readonly ClaimRow[]): Promise<void> {
  if (rows.length === 0) return
  const missing = await tx.query(
    `SELECT 1 FROM json_to_recordset($1::text::json) AS r(chain text, tx_hash text, from_address text, to_address text, raw_value numeric, nth integer)
     WHERE NOT EXISTS (SELECT 1 FROM validator.claims c WHERE ${sameTransfer('c')} AND c.vanished_at IS NULL) LIMIT 1`,
    [
      rowsParameter(
        rows.map(({ chain, hash, fromAddress, toAddress, rawValue, nth }) => ({
          chain,
          tx_hash: hash,
          from_address: fromAddress,
          to_address: toAddress,
          raw_value: rawValue,
          nth,
        })),
      ),
    ],
  )
  if (missing.length > 0)
    throw new Fault('claimed_meanwhile', {
      retryable: true,
      publicMessage: 'Another payment of this transaction was claimed at the same moment. Send the same again.',
    })
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
}
export const columns =
  'chain, tx_hash, log_index, life, event_key, payer, amount_micro, raw_value::text, nth, from_address, to_address, block_number, block_time, trace, claimed_at, rechecks_done, missing'
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
    `SELECT ${columns} FROM validator.claims WHERE credited_at IS NULL AND claimed_at < $1 ORDER BY claimed_at LIMIT $2`,
    [toTimestamp(beforeMs), limit],
  )
  return rows.map(fromRow)
}

/** When the oldest claim that was not answered for is older than `ageMs`. */
export const claimsUncreditedDue = (ageMs: number): string =>
  `SELECT min(claimed_at) + interval '${ageMs + 1} milliseconds' FROM validator.claims WHERE credited_at IS NULL`

/** When there is the first claim that vanished and is still told of. */
export const vanishedDue =
  'SELECT min(vanished_at) FROM validator.claims WHERE vanished_at IS NOT NULL AND reversed_at IS NULL'

/** Claims that vanished and are still told of: those of whose reversal nothing was heard first, then the oldest. */
export async function unreversedClaims(sql: Sql, limit: number): Promise<KeptClaim[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM validator.claims WHERE vanished_at IS NOT NULL AND reversed_at IS NULL ORDER BY reversal_heard_at NULLS FIRST, vanished_at LIMIT $1`,
    [limit],
  )
  return rows.map(fromRow)
}

/** The claim as it travels; of a first life without a word of it, as code of before life knows it. */
export function toClaim(row: KeptClaim | ClaimRow): Claim {
  const { chain, hash, logIndex, life = 0, payer, amountMicro, fromAddress, toAddress, blockNumber, blockTimeMs } = row
  const place = { chain, hash, logIndex, ...(life === 0 ? {} : { life }) }
  return { ...place, payer, amountMicro, fromAddress, toAddress, blockNumber, blockTimeMs }
}
