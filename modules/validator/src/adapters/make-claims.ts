import type { ClaimHolder, Custodian, ProvenTransfer, TransferName } from '@species/contracts'
import { Fault } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** A transfer that is to be claimed, and for what. */
export interface NewClaim extends ProvenTransfer {
  readonly holder: ClaimHolder
  readonly trace: string
  readonly claimedAtMs: number
  /** Undefined: no module but the one that made it looks at it again. */
  readonly recheckAtMs: number | undefined
  readonly reason: string | undefined
}

/** The name under which a transfer was claimed, and where its money was booked before. */
export interface MadeClaim {
  readonly logIndex: number
  readonly life: number
  readonly bookedFrom: 'suspense' | undefined
  /** Who holds the money, where that is not us. */
  readonly custody: Custodian | undefined
}

/** One transfer, by chain, hash, sender, recipient, value and place; the token is always the chain's genuine USDT. */
export function sameTransfer(table: string): string {
  return ['chain', 'tx_hash', 'from_address', 'to_address', 'raw_value', 'nth']
    .map((column) => `${table}.${column} = r.${column}`)
    .join(' AND ')
}

/** The columns of a transfer's name, for `json_to_recordset`. */
export const nameColumns =
  'chain text, tx_hash text, from_address text, to_address text, raw_value numeric, nth integer'

/**
 * Claims each transfer for its holder, in the order of the holders; undefined where another holds it. A claim of another kind than
 * `suspense` takes one in suspense over, in the same statement as the inserts, so that of two only one gets it.
 */
export async function makeClaims(tx: Sql, rows: readonly NewClaim[]): Promise<(MadeClaim | undefined)[]> {
  if (rows.length === 0) return []
  const made = await tx.query<MadeRow>(statement, [rowsParameter(rows.map(parameterOf))])
  const found = new Map(made.map((row) => [keyOf(row), row]))
  const names = rows.map((row): MadeClaim | undefined => {
    const name = found.get(keyOf(parameterOf(row)))
    return (
      name && {
        logIndex: name.log_index,
        life: name.life,
        bookedFrom: name.booked_from ?? undefined,
        custody: name.custody ?? undefined,
      }
    )
  })
  await assertStanding(
    tx,
    rows.filter((_, index) => names[index] === undefined),
  )
  return names
}

const statement = `
WITH wanted AS (
  SELECT * FROM json_to_recordset($1::text::json) AS r(${nameColumns}, log_index integer, event_key uuid, payer text,
    amount_micro bigint, block_number bigint, block_time timestamptz, trace text, claimed_at timestamptz, credited_at timestamptz,
    recheck_at timestamptz, reason text, holder text, held_for text)
), taken AS (
  UPDATE validator.claims c SET holder = r.holder, held_for = r.held_for, event_key = r.event_key, payer = r.payer, trace = r.trace,
    claimed_at = r.claimed_at, credited_at = r.credited_at, recheck_at = r.recheck_at, reason = r.reason, booked_from = 'suspense'
  FROM (SELECT DISTINCT ON (chain, tx_hash, from_address, to_address, raw_value, nth) * FROM wanted WHERE holder <> 'suspense'
    ORDER BY chain, tx_hash, from_address, to_address, raw_value, nth, event_key) r
  WHERE ${sameTransfer('c')} AND c.vanished_at IS NULL AND c.holder = 'suspense' RETURNING c.*
), made AS (
  INSERT INTO validator.claims (chain, tx_hash, log_index, life, event_key, payer, amount_micro, raw_value, nth, from_address, to_address,
    block_number, block_time, trace, claimed_at, credited_at, recheck_at, rechecks_done, missing, reason, holder, held_for, custody)
  SELECT chain, tx_hash, log_index, coalesce(greatest(
      (SELECT max(c.life) FROM validator.claims c WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index),
      (SELECT max(v.life) FROM validator.claims v WHERE ${sameTransfer('v')} AND v.vanished_at IS NOT NULL)) + 1, 0),
    event_key, payer, amount_micro, raw_value, nth, from_address, to_address, block_number, block_time, trace, claimed_at, credited_at,
    recheck_at, 0, 0, reason, holder, held_for,
    (SELECT a.custodian FROM validator.custody_addresses a WHERE a.chain = r.chain AND a.address = r.to_address)
  FROM wanted r
  ORDER BY chain, tx_hash, from_address, to_address, raw_value, nth, event_key ON CONFLICT DO NOTHING RETURNING *
)
SELECT chain, tx_hash, from_address, to_address, raw_value::text, nth, event_key, held_for, log_index, life, booked_from, custody
FROM (SELECT * FROM taken UNION ALL SELECT * FROM made) AS claimed`

interface MadeRow extends Keyed {
  log_index: number
  life: number
  booked_from: 'suspense' | null
  custody: Custodian | null
}

interface Keyed {
  chain: string
  tx_hash: string
  from_address: string
  to_address: string
  raw_value: string | bigint
  nth: number
  event_key?: string | null | undefined
  held_for?: string | null | undefined
}

function keyOf(row: Keyed): string {
  const { chain, tx_hash: hash, from_address: from, to_address: to, raw_value: value, nth } = row
  return [chain, hash, from, to, value, nth, row.event_key ?? row.held_for].join(' ')
}

function parameterOf(row: NewClaim): Keyed & Record<string, unknown> {
  const { holder } = row
  const isCredit = 'payer' in holder
  return {
    ...nameParameter(row),
    log_index: row.logIndex,
    amount_micro: row.amountMicro,
    block_number: row.blockNumber,
    block_time: toTimestamp(row.blockTimeMs),
    trace: row.trace,
    claimed_at: toTimestamp(row.claimedAtMs),
    // What credits no user needs no answer of the cashier.
    credited_at: isCredit ? undefined : toTimestamp(row.claimedAtMs),
    recheck_at: row.recheckAtMs === undefined ? undefined : toTimestamp(row.recheckAtMs),
    reason: row.reason,
    holder: holder.kind,
    held_for: holder.kind === 'event' ? undefined : holder.ref,
    event_key: isCredit ? holder.eventKey : undefined,
    payer: isCredit ? holder.payer : undefined,
  }
}

/** A transfer's name as a row of {@link nameColumns}. */
export function nameParameter(of: TransferName): Keyed {
  return {
    chain: of.chain,
    tx_hash: of.hash,
    from_address: of.fromAddress,
    to_address: of.toAddress,
    raw_value: of.rawValue,
    nth: of.nth,
  }
}

/**
 * What was not claimed now stands claimed by another. If nothing stands, only its name was taken, and the next try gives it another; if
 * it stands in suspense, that was stored at the same moment, and the next try takes it over.
 */
async function assertStanding(tx: Sql, rows: readonly NewClaim[]): Promise<void> {
  if (rows.length === 0) return
  const missing = await tx.query(
    `SELECT 1 FROM json_to_recordset($1::text::json) AS r(${nameColumns}, holder text)
     WHERE NOT EXISTS (SELECT 1 FROM validator.claims c WHERE ${sameTransfer('c')} AND c.vanished_at IS NULL
       AND (c.holder <> 'suspense' OR r.holder = 'suspense')) LIMIT 1`,
    [rowsParameter(rows.map((row) => ({ ...nameParameter(row), holder: row.holder.kind })))],
  )
  if (missing.length > 0)
    throw new Fault('claimed_meanwhile', {
      retryable: true,
      publicMessage: 'Another payment of this transaction was claimed at the same moment. Send the same again.',
    })
}
