import {
  type Chain,
  type Intent,
  type MarketplaceEvent,
  type Match,
  dossierSchema,
  normalisedEventSchema,
} from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** A quote. Amounts in micro-USDT, times in Unix milliseconds. */
export interface QuoteRow {
  readonly quoteKey: string
  readonly owner: string
  readonly keyId: string
  readonly trace: string
  readonly state: 'open' | 'paid' | 'cancelled' | 'expired'
  /** The purchase, as an event without its payment. */
  readonly purchase: MarketplaceEvent
  readonly intent: Intent
  readonly configVersion: number
  readonly match: Match
  readonly totalMicro: bigint
  readonly feeMicro: bigint
  readonly chain: Chain
  readonly address: string
  readonly isShared: boolean
  readonly amountMicro: bigint
  readonly signed: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** The event that cites it. */
  readonly eventKey: string | undefined
  readonly endedAtMs: number | undefined
  readonly freeFromMs: number | undefined
}

interface Row {
  quote_key: string
  owner: string
  key_id: string
  trace: string
  state: QuoteRow['state']
  purchase: unknown
  intent: Intent
  config_version: number
  match: unknown
  total_micro: bigint
  fee_micro: bigint
  chain: Chain
  address: string
  is_shared: boolean
  amount_micro: bigint
  signed: string
  created_at: Date
  expires_at: Date
  event_key: string | null
  ended_at: Date | null
  free_from: Date | null
}
const columns =
  'quote_key, owner, key_id, trace, state, purchase, intent, config_version, match, total_micro, fee_micro, chain, address, is_shared, amount_micro, signed, created_at, expires_at, event_key, ended_at, free_from'
const matchSchema = dossierSchema.shape.match.unwrap()

const fromRow = (row: Row): QuoteRow => ({
  quoteKey: row.quote_key,
  owner: row.owner,
  keyId: row.key_id,
  trace: row.trace,
  state: row.state,
  purchase: normalisedEventSchema.parse(row.purchase),
  intent: row.intent,
  configVersion: row.config_version,
  match: matchSchema.parse(row.match),
  totalMicro: row.total_micro,
  feeMicro: row.fee_micro,
  chain: row.chain,
  address: row.address,
  isShared: row.is_shared,
  amountMicro: row.amount_micro,
  signed: row.signed,
  createdAtMs: row.created_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  eventKey: row.event_key ?? undefined,
  endedAtMs: row.ended_at?.getTime(),
  freeFromMs: row.free_from?.getTime(),
})

/** Stores a quote; false where another has its amount at a shared address. */
export async function insertQuote(tx: Sql, quote: QuoteRow): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO quotes.quotes (quote_key, owner, key_id, trace, state, purchase, intent, config_version, match, total_micro, fee_micro,
       chain, address, is_shared, amount_micro, signed, created_at, expires_at, holds_amount)
     VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9::text::jsonb, $10, $11, $12, $13, $14, $15, $16, $17, $18, true)
     ON CONFLICT (chain, address, amount_micro) WHERE is_shared AND holds_amount DO NOTHING RETURNING 1 AS inserted`,
    [
      quote.quoteKey,
      quote.owner,
      quote.keyId,
      quote.trace,
      quote.state,
      JSON.stringify(quote.purchase),
      quote.intent,
      quote.configVersion,
      JSON.stringify(quote.match, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      quote.totalMicro.toString(),
      quote.feeMicro.toString(),
      quote.chain,
      quote.address,
      quote.isShared,
      quote.amountMicro.toString(),
      quote.signed,
      toTimestamp(quote.createdAtMs),
      toTimestamp(quote.expiresAtMs),
    ],
  )
  return inserted.length > 0
}

/** One quote; with `lock`, held until the transaction ends. */
export async function findQuote(
  sql: Sql,
  quoteKey: string,
  lock: 'lock' | 'read' = 'read',
): Promise<QuoteRow | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.quotes WHERE quote_key = $1 ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [quoteKey],
  )
  return row && fromRow(row)
}

/** Quotes of a user, newest first, before one of them. */
export async function quotesOf(
  sql: Sql,
  owner: string,
  before: { createdAtMs: number; quoteKey: string } | undefined,
  limit: number,
): Promise<QuoteRow[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM quotes.quotes WHERE owner = $1
       AND ($2::timestamptz IS NULL OR created_at < $2 OR (created_at = $2 AND quote_key > $3::uuid))
     ORDER BY created_at DESC, quote_key LIMIT $4`,
    [owner, before ? toTimestamp(before.createdAtMs) : null, before?.quoteKey ?? null, limit],
  )
  return rows.map(fromRow)
}

/** How many quotes of a user are open, and how many keep an address or amount without having paid. One transaction of theirs at a time counts. */
export async function countHeld(tx: Sql, owner: string): Promise<{ open: number; held: number }> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`quotes ${owner}`])
  const [row] = await tx.query<{ open: number; held: number }>(
    `SELECT count(*) FILTER (WHERE state = 'open')::integer AS open, count(*)::integer AS held
     FROM quotes.quotes WHERE owner = $1 AND free_from IS NULL`,
    [owner],
  )
  return row ?? { open: 0, held: 0 }
}

/** The newest quotes of an address, and all that hold it; locked, so that what came in is decided by one process at a time. */
export async function lockQuotesAt(tx: Sql, chain: Chain, address: string, limit: number): Promise<QuoteRow[]> {
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM quotes.quotes WHERE quote_key IN (
       (SELECT quote_key FROM quotes.quotes WHERE chain = $1 AND address = $2 ORDER BY created_at DESC LIMIT $3)
       UNION SELECT quote_key FROM quotes.quotes WHERE chain = $1 AND address = $2 AND free_from IS NULL)
     ORDER BY quote_key FOR UPDATE`,
    [chain, address, limit],
  )
  return rows.map(fromRow).sort((one, other) => other.createdAtMs - one.createdAtMs)
}

/** Quotes of a shared address that have one of these amounts; locked. */
export async function lockQuotesByAmount(
  tx: Sql,
  chain: Chain,
  address: string,
  amounts: readonly bigint[],
): Promise<QuoteRow[]> {
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM quotes.quotes
     WHERE chain = $1 AND address = $2 AND is_shared AND holds_amount AND (free_from IS NULL OR amount_micro = ANY($3::bigint[]))
     ORDER BY quote_key FOR UPDATE`,
    [chain, address, amounts.map(String)],
  )
  return rows.map(fromRow)
}

/** The quote whose payment a custodian takes at this address; locked. */
export async function lockQuoteInCustody(tx: Sql, chain: Chain, address: string): Promise<QuoteRow[]> {
  const rows = await tx.query<Row>(
    `SELECT ${columns} FROM quotes.quotes WHERE quote_key IN (
       SELECT c.quote_key FROM quotes.custody_payments c WHERE c.chain = $1 AND c.address = $2) FOR UPDATE`,
    [chain, address],
  )
  return rows.map(fromRow)
}

export async function citeQuote(tx: Sql, quoteKey: string, eventKey: string): Promise<void> {
  await tx.query('UPDATE quotes.quotes SET event_key = $2 WHERE quote_key = $1', [quoteKey, eventKey])
}

/** Stores that a quote has ended. Where `freeFromMs` is undefined its address is held on. */
export async function endQuote(
  tx: Sql,
  { quoteKey, chain, address, isShared }: QuoteRow,
  to: { state: QuoteRow['state']; endedAtMs: number; freeFromMs: number | undefined },
): Promise<void> {
  const free = to.freeFromMs === undefined ? null : toTimestamp(to.freeFromMs)
  await tx.query(
    `UPDATE quotes.quotes SET state = $2, ended_at = coalesce(ended_at, $3), free_from = $4 WHERE quote_key = $1`,
    [quoteKey, to.state, toTimestamp(to.endedAtMs), free],
  )
  if (!isShared && free !== null)
    await tx.query('UPDATE quotes.addresses SET free_from = $3 WHERE chain = $1 AND address = $2', [
      chain,
      address,
      free,
    ])
}

/** Amounts of shared addresses whose time to rest is over can be another quote's. */
export async function freeAmounts(sql: Sql, nowMs: number, limit: number): Promise<void> {
  await sql.query(
    `UPDATE quotes.quotes SET holds_amount = false WHERE quote_key IN (
       SELECT quote_key FROM quotes.quotes WHERE is_shared AND holds_amount AND free_from <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [toTimestamp(nowMs), limit],
  )
}
export const amountsDue = 'SELECT min(free_from) FROM quotes.quotes WHERE is_shared AND holds_amount'
