import type { Sql } from '@species/database'
import { cashierModule } from '@species/cashier'
import { freshPostgres } from '../databases.ts'
import { analyse } from '../modules/load-users.ts'
import type { BenchContext, PartResult } from '../report.ts'

/** Entries of the smaller ledger; the larger one has ten times as many, and with `--large` a hundred times. */
const fewEntries = 40_000
/** What one request of `species doctor` may spend. */
const budgetMs = 8_000

/**
 * The audit of the ledger as `species doctor` asks for it, in requests that are bounded in time: on a ledger, and on one that is ten times as
 * large (a hundred times, four million entries, with `--large`). It looks at every row once, so rows a second stay what they are.
 */
export async function benchAudit(context: BenchContext): Promise<PartResult> {
  const database = await freshPostgres(context.databaseUrl)
  try {
    const walks: Walked[] = []
    let loaded = 0
    for (const entries of [fewEntries, fewEntries * (context.large ? 100 : 10)]) {
      context.say(`loading ${entries} entries …`)
      await addPayments(database, context.users, loaded / 2, entries / 2)
      loaded = entries
      await analyse(database)
      const walked = await walk(database, entries)
      context.say(`${entries} entries: ${walked.requests} requests, ${Math.round(walked.seconds)} s`)
      walks.push(walked)
    }
    return resultOf(walks)
  } finally {
    await database.drop()
  }
}

interface Walked {
  readonly entries: number
  readonly requests: number
  readonly seconds: number
  readonly longestRequestMs: number
  readonly rows: number
}

/** Payments number `from` to `to`, in turn of each user: each moves the same amount from outside to the user, in one transfer of two entries. */
async function addPayments(sql: Sql, users: number, from: number, to: number): Promise<void> {
  await sql.query(
    `INSERT INTO cashier.transfers (transfer_id, event_key, kind, digest, posted_at)
     SELECT 'payment:ETH:0x' || lpad(to_hex(n), 64, '0') || ':0', NULL, 'payment', '', to_timestamp(0)
     FROM generate_series($1::bigint, $2::bigint - 1) n`,
    [from, to],
  )
  await sql.query(
    `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after)
     SELECT 'payment:ETH:0x' || lpad(to_hex(n), 64, '0') || ':0', account, 'USDT', amount, balance
     FROM generate_series($1::bigint, $2::bigint - 1) n,
       LATERAL (VALUES ('world:ETH', -1, -(n + 1)), ('user:user-' || n % $3, 1, n / $3 + 1)) AS line(account, amount, balance)
     ORDER BY n`,
    [from, to, users],
  )
  await sql.query(
    `INSERT INTO cashier.balances (account, asset, posted, held, version)
     SELECT DISTINCT ON (account) account, asset, balance_after, 0, 1 FROM cashier.entries ORDER BY account, seq DESC
     ON CONFLICT (account, asset) DO UPDATE SET posted = excluded.posted`,
  )
}

async function walk(sql: Sql, entries: number): Promise<Walked> {
  const ledger = cashierModule.queries(sql)
  const startedAt = performance.now()
  let [requests, rows, longestRequestMs] = [0, 0, 0]
  let place: string | undefined
  do {
    const begunAt = performance.now()
    const part = await ledger.auditLedgerFrom(place, () => performance.now() - begunAt < budgetMs)
    if (part.breaches.length > 0) throw new Error(`the ledger is broken: ${part.breaches.join('; ')}`)
    longestRequestMs = Math.max(longestRequestMs, performance.now() - begunAt)
    rows += part.rows
    requests++
    place = part.next
  } while (place !== undefined)
  return { entries, requests, seconds: (performance.now() - startedAt) / 1_000, longestRequestMs, rows }
}

function resultOf(walks: readonly Walked[]): PartResult {
  const [few, many] = walks.map(({ rows, seconds }) => rows / seconds)
  const ratio = (many ?? 0) / (few ?? 1)
  return {
    name: 'audit',
    lines: [
      ...walks.map(({ entries, requests, seconds, longestRequestMs, rows }): [string, string] => [
        `${entries} entries`,
        `${requests} requests, ${seconds.toFixed(1)} s in all, the longest ${Math.round(longestRequestMs)} ms; ${Math.round(rows / seconds)} rows/s`,
      ]),
      ['rows a second, most / fewest', ratio.toFixed(2)],
    ],
    ratios: { auditGrownToSmall: ratio },
    figures: walks,
  }
}
