import { hash } from 'node:crypto'
import type { Line, MoneyTransferKind, PostedLine } from '@species/contracts'
import { type Asset, Fault, assert } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type Balance, LedgerBook, keyOf, mergeLines } from '../domain/ledger-book.ts'

type TransferKind = 'payment' | 'settlement' | 'reversal' | 'observation' | MoneyTransferKind

interface TransferRequest {
  readonly transferId: string
  readonly kind: TransferKind
  readonly eventKey: string | undefined
  readonly lines: readonly Line[]
}

/**
 * The ledger inside one transaction: the balances named at the start are locked, in sorted order, until it ends. What is
 * posted or held changes the book in memory and is written by `save` in a handful of statements, however large the batch.
 */
export interface LedgerSession {
  readonly book: LedgerBook
  /** Whether a transfer of the ids named at the start, or of those posted since, is there. */
  isPosted(transferId: string): boolean
  /** Posts a transfer; `undefined` where one with this id and these lines is there already. Other lines: a Fault. */
  post(request: TransferRequest, held: boolean): PostedLine[] | undefined
  save(nowMs: number): Promise<void>
}

/**
 * Statements that do not need each other's answers go out together, here and wherever this is used: the server runs those of
 * one transaction in the order in which they were sent.
 *
 * Opens a session over the accounts of `lines`, knowing which of `transferIds` are posted. Balances of `toMake` that are not there
 * are made first: those of `lines`, or more where a hold names accounts that only its settlement will change.
 */
export async function openLedger(
  tx: Sql,
  lines: BalanceNames,
  transferIds: readonly string[],
  toMake: BalanceNames = lines,
): Promise<LedgerSession> {
  const made = makeBalances(tx, toMake)
  const [balances, digests] = await Promise.all([lockBalances(tx, lines), postedDigests(tx, transferIds), made])
  const book = new LedgerBook(balances)
  const posted: { request: TransferRequest; digest: string; lines: PostedLine[] }[] = []
  return {
    book,
    isPosted: (transferId) => digests.has(transferId),
    post(request, held) {
      const digest = digestOf(request.lines)
      const before = digests.get(request.transferId)
      if (before !== undefined) {
        if (before !== digest) throw transferConflict(request.transferId)
        return undefined
      }
      const result = held ? book.settle(request.lines) : book.post(request.lines)
      digests.set(request.transferId, digest)
      posted.push({ request, digest, lines: result })
      return result
    },
    async save(nowMs) {
      await Promise.all([writeBalances(tx, book.changed()), writeTransfers(tx, posted, nowMs)])
    },
  }
}

/** What a transfer added to the credit that an event leaves its payer, or took from it. */
export interface CreditTransfer {
  readonly eventKey: string
  readonly transferId: string
  readonly amountMicro: bigint
}

/**
 * Payments of these events that are in the ledger and were not taken back, whoever booked them; and, below zero, what their holds
 * gave back and their payers owed.
 */
export async function creditLeft(sql: Sql, eventKeys: readonly string[]): Promise<CreditTransfer[]> {
  const rows = await sql.query<{ event_key: string; transfer_id: string; amount: bigint }>(
    `SELECT t.event_key, t.transfer_id, CASE WHEN t.kind = 'payment' THEN e.amount ELSE -e.amount END AS amount
     FROM cashier.transfers t JOIN cashier.entries e USING (transfer_id)
     WHERE t.event_key = ANY($1::uuid[]) AND e.amount > 0 AND (starts_with(t.transfer_id, 'netting:') OR (t.kind = 'payment'
       AND NOT EXISTS (SELECT 1 FROM cashier.transfers r WHERE r.transfer_id = 'reversal:' || substr(t.transfer_id, 9))))
     ORDER BY e.seq`,
    [eventKeys],
  )
  return rows.map((row) => ({ eventKey: row.event_key, transferId: row.transfer_id, amountMicro: row.amount }))
}

/** How many payments of each event the ledger has, besides some; also those that were taken back. */
export async function countPayments(
  sql: Sql,
  events: readonly { eventKey: string; besides: readonly string[] }[],
): Promise<Map<string, number>> {
  const rows = await sql.query<{ event_key: string; count: bigint }>(
    `SELECT event_key, count(*) AS count FROM cashier.transfers
     WHERE event_key = ANY($1::uuid[]) AND kind = 'payment' AND NOT transfer_id = ANY($2::text[]) GROUP BY event_key`,
    [events.map((one) => one.eventKey), events.flatMap((one) => one.besides)],
  )
  return new Map(rows.map((row) => [row.event_key, Number(row.count)]))
}

/** The credit in all; a debt beyond the payments was paid from older credit, and is none of theirs. */
export function creditMicro(transfers: readonly CreditTransfer[]): bigint {
  const sum = transfers.reduce((all, transfer) => all + transfer.amountMicro, 0n)
  return sum > 0n ? sum : 0n
}

/** Which of these payments were taken back. */
export async function reversedAmong(sql: Sql, paymentTransferIds: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ transfer_id: string }>(
    'SELECT transfer_id FROM cashier.transfers WHERE transfer_id = ANY($1::text[])',
    [paymentTransferIds.map((id) => `reversal:${id.slice('payment:'.length)}`)],
  )
  return rows.map((row) => `payment:${row.transfer_id.slice('reversal:'.length)}`)
}

type BalanceNames = readonly { account: string; asset: Asset }[]

/** Each balance once, as a parameter; and the accounts, so that a plan starts from them whatever the table's size was when it was made. */
function namesParameters(wanted: BalanceNames): { count: number; parameters: [string, string[]] } {
  const distinct = new Map(wanted.map(({ account, asset }) => [keyOf({ account, asset }), { account, asset }]))
  const accounts = [...new Set(wanted.map(({ account }) => account))]
  return { count: distinct.size, parameters: [rowsParameter([...distinct.values()]), accounts] }
}

/** Rows exist before any is locked: who held locks while he waited for a row that another makes would deadlock. */
async function makeBalances(tx: Sql, wanted: BalanceNames): Promise<void> {
  if (wanted.length === 0) return
  await tx.query(
    `INSERT INTO cashier.balances (account, asset, posted, held, version)
     SELECT r.account, r.asset, 0, 0, 0 FROM json_to_recordset($1::text::json) AS r(account text, asset text)
     WHERE NOT EXISTS (SELECT 1 FROM cashier.balances b WHERE b.account = ANY($2::text[]) AND b.account = r.account AND b.asset = r.asset)
     ORDER BY r.account COLLATE "C", r.asset COLLATE "C" ON CONFLICT DO NOTHING`,
    namesParameters(wanted).parameters,
  )
}

async function lockBalances(tx: Sql, wanted: BalanceNames): Promise<Balance[]> {
  if (wanted.length === 0) return []
  const { count, parameters } = namesParameters(wanted)
  const rows = await tx.query<Balance>(
    `SELECT b.account, b.asset, b.posted, b.held FROM cashier.balances b
     JOIN json_to_recordset($1::text::json) AS r(account text, asset text) USING (account, asset)
     WHERE b.account = ANY($2::text[]) ORDER BY b.account COLLATE "C", b.asset COLLATE "C" FOR UPDATE OF b`,
    parameters,
  )
  assert(rows.length === count, 'every balance row exists')
  return rows
}

async function postedDigests(tx: Sql, transferIds: readonly string[]): Promise<Map<string, string>> {
  if (transferIds.length === 0) return new Map()
  const rows = await tx.query<{ transfer_id: string; digest: string }>(
    'SELECT transfer_id, digest FROM cashier.transfers WHERE transfer_id = ANY($1::text[])',
    [transferIds],
  )
  return new Map(rows.map((row) => [row.transfer_id, row.digest]))
}

async function writeBalances(tx: Sql, balances: readonly Balance[]): Promise<void> {
  if (balances.length === 0) return
  await tx.query(
    `UPDATE cashier.balances b SET posted = r.posted, held = r.held, version = b.version + 1
     FROM json_to_recordset($1::text::json) AS r(account text, asset text, posted bigint, held bigint)
     WHERE b.account = ANY($2::text[]) AND b.account = r.account AND b.asset = r.asset`,
    [rowsParameter(balances), balances.map((balance) => balance.account)],
  )
}

async function writeTransfers(
  tx: Sql,
  posted: readonly { request: TransferRequest; digest: string; lines: PostedLine[] }[],
  nowMs: number,
): Promise<void> {
  if (posted.length === 0) return
  const transfers = posted.map(({ request, digest }) => ({
    transfer_id: request.transferId,
    event_key: request.eventKey,
    kind: request.kind,
    digest,
  }))
  const kept = tx.query(
    `INSERT INTO cashier.transfers (transfer_id, event_key, kind, digest, posted_at)
     SELECT transfer_id, event_key, kind, digest, $2 FROM json_to_recordset($1::text::json)
       AS r(transfer_id text, event_key uuid, kind text, digest text)`,
    [rowsParameter(transfers), toTimestamp(nowMs)],
  )
  const entries = posted.flatMap(({ request, lines }) =>
    lines.map((line) => ({
      transfer_id: request.transferId,
      account: line.account,
      asset: line.asset,
      amount: line.amount,
      balance_after: line.balanceAfter,
    })),
  )
  // Written in the order of posting, so that `seq` is the order in which each account changed.
  const listed = tx.query(
    `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after)
     SELECT r.transfer_id, r.account, r.asset, r.amount, r.balance_after
     FROM ROWS FROM (json_to_recordset($1::text::json)
       AS (transfer_id text, account text, asset text, amount bigint, balance_after bigint))
       WITH ORDINALITY AS r(transfer_id, account, asset, amount, balance_after, n) ORDER BY r.n`,
    [rowsParameter(entries)],
  )
  await Promise.all([kept, listed])
}

/** Of the lines of a transfer: two transfers with one id must have one digest. */
export function digestOf(lines: readonly Line[]): string {
  const text = mergeLines(lines)
    .map((line) => `${line.account} ${line.asset} ${line.amount}`)
    .sort()
    .join('\n')
  return hash('sha256', text, 'base64url')
}

export function transferConflict(transferId: string): Fault {
  return new Fault('transfer_conflict', {
    retryable: false,
    publicMessage: 'A ledger transfer with this id was posted with other lines.',
    detail: { transferId },
  })
}
