import type { Chain } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** An address whose list is due, leased to this process. */
export interface DueAddress {
  readonly chain: Chain
  readonly address: string
  readonly position: number | undefined
  readonly deepAtMs: number | undefined
  /** The list that an earlier run began, if it was not read to its end. */
  readonly begun: BegunList | undefined
  readonly failures: number
  readonly isQuick: boolean
}

export interface BegunList {
  readonly since: number
  readonly page: string
  readonly pages: number
  /** The time of the newest block when it was begun, Unix milliseconds. */
  readonly throughMs: number
}

/** An address that is to be watched: always quickly without `quickUntilMs`. */
export interface NewAddress {
  readonly chain: Chain
  readonly address: string
  readonly quickUntilMs: number | undefined
}

/** When the first address of a chain is due. */
export const addressesDue = (chain: Chain): string =>
  `SELECT min(due_at) FROM deposits.addresses WHERE chain = '${chain}'`

/** Watches these addresses from now on, each as it is said here. */
export async function keepAddresses(sql: Sql, addresses: readonly NewAddress[], nowMs: number): Promise<void> {
  await upsert(sql, addresses, nowMs, 'a.quick_until IS DISTINCT FROM EXCLUDED.quick_until')
}

/** Watches these addresses from now on. One that is watched quickly for longer stays so. */
export async function watchAddresses(sql: Sql, addresses: readonly NewAddress[], nowMs: number): Promise<void> {
  await upsert(sql, addresses, nowMs, 'a.quick_until < EXCLUDED.quick_until')
}

async function upsert(sql: Sql, addresses: readonly NewAddress[], nowMs: number, changes: string): Promise<void> {
  if (addresses.length === 0) return
  await sql.query(
    `INSERT INTO deposits.addresses AS a (chain, address, added_at, quick_until, due_at)
     SELECT chain, address, $2, quick_until, $2
     FROM json_to_recordset($1::text::json) AS r(chain text, address text, quick_until timestamptz) ORDER BY chain, address
     ON CONFLICT (chain, address) DO UPDATE SET quick_until = EXCLUDED.quick_until, due_at = least(a.due_at, $2)
     WHERE ${changes}`,
    [
      rowsParameter(
        addresses.map(({ chain, address, quickUntilMs }) => ({
          chain,
          address,
          quick_until: quickUntilMs === undefined ? undefined : toTimestamp(quickUntilMs),
        })),
      ),
      toTimestamp(nowMs),
    ],
  )
}

/** Takes addresses of a chain that are due, longest due first, putting their next time off by `leaseMs`. */
export async function takeDueAddresses(
  sql: Sql,
  chain: Chain,
  { nowMs, leaseMs, atMost }: { readonly nowMs: number; readonly leaseMs: number; readonly atMost: number },
): Promise<DueAddress[]> {
  const rows = await sql.query<{
    address: string
    position: bigint | null
    deep_at: Date | null
    since: bigint | null
    page: string | null
    pages: number
    begun_through: Date | null
    failures: number
    is_quick: boolean
  }>(
    `UPDATE deposits.addresses a SET due_at = $3 FROM (
       SELECT chain, address FROM deposits.addresses WHERE chain = $1 AND due_at <= $2
       ORDER BY due_at, address LIMIT $4 FOR UPDATE SKIP LOCKED) d
     WHERE a.chain = d.chain AND a.address = d.address
     RETURNING a.address, a.position, a.deep_at, a.since, a.page, a.pages, a.begun_through, a.failures, coalesce(a.quick_until > $2, true) AS is_quick`,
    [chain, toTimestamp(nowMs), toTimestamp(nowMs + leaseMs), atMost],
  )
  return rows.map((row) => ({
    chain,
    address: row.address,
    position: row.position === null ? undefined : Number(row.position),
    deepAtMs: row.deep_at?.getTime(),
    begun: begunOf(row),
    failures: row.failures,
    isQuick: row.is_quick,
  }))
}

function begunOf(row: {
  since: bigint | null
  page: string | null
  pages: number
  begun_through: Date | null
}): BegunList | undefined {
  const { since, page, pages, begun_through: through } = row
  if (since === null || page === null || through === null) return undefined
  return { since: Number(since), page, pages, throughMs: through.getTime() }
}

/** How far a list was read. What is undefined of `position`, `readThroughMs` and `deepAtMs` stays as it was. */
export interface ListProgress {
  readonly dueAtMs: number
  readonly position?: number
  readonly readThroughMs?: number
  readonly deepAtMs?: number | undefined
  readonly begun?: BegunList
  readonly failures: number
  readonly fault?: string
}

/** Stores how far a list was read. A wish to look sooner, which came meanwhile, stays: `leasedUntilMs` is what this process had put. */
export async function storeProgress(
  sql: Sql,
  { chain, address }: Pick<DueAddress, 'chain' | 'address'>,
  progress: ListProgress,
  leasedUntilMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE deposits.addresses SET due_at = CASE WHEN due_at = $9 THEN $3 ELSE least(due_at, $3::timestamptz) END,
       position = coalesce($4, position), read_through = greatest(read_through, $5::timestamptz), deep_at = coalesce($6, deep_at),
       failures = $7, fault = $8, since = $10, page = $11, pages = $12, begun_through = $13
     WHERE chain = $1 AND address = $2`,
    [
      chain,
      address,
      toTimestamp(progress.dueAtMs),
      progress.position ?? null,
      timeOrNull(progress.readThroughMs),
      timeOrNull(progress.deepAtMs),
      progress.failures,
      progress.fault ?? null,
      toTimestamp(leasedUntilMs),
      progress.begun?.since ?? null,
      progress.begun?.page ?? null,
      progress.begun?.pages ?? 0,
      timeOrNull(progress.begun?.throughMs),
    ],
  )
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : toTimestamp(ms)
}

/** These addresses of a chain are due now; without any named, all that are looked at quickly. */
export async function wakeAddresses(
  sql: Sql,
  chain: Chain,
  addresses: readonly string[],
  nowMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE deposits.addresses SET due_at = $2 WHERE chain = $1 AND due_at > $2
       AND (address = ANY($3::text[]) OR ($4 AND (quick_until IS NULL OR quick_until > $2)))`,
    [chain, toTimestamp(nowMs), addresses, addresses.length === 0],
  )
}

/** Which of these are addresses of ours. */
export async function ourAddresses(sql: Sql, chain: Chain, addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const rows = await sql.query<{ address: string }>(
    'SELECT address FROM deposits.addresses WHERE chain = $1 AND address = ANY($2::text[])',
    [chain, addresses],
  )
  return new Set(rows.map((row) => row.address))
}

/** Up to which block's time the addresses that are looked at quickly were all read; undefined where one never was, or there is none. */
export async function quickReadThrough(sql: Sql, chain: Chain, nowMs: number): Promise<number | undefined> {
  const [row] = await sql.query<{ through: Date | null; unread: boolean | null }>(
    `SELECT min(read_through) AS through, bool_or(read_through IS NULL) AS unread FROM deposits.addresses
     WHERE chain = $1 AND (quick_until IS NULL OR quick_until > $2)`,
    [chain, toTimestamp(nowMs)],
  )
  return row?.unread === false ? row.through?.getTime() : undefined
}
