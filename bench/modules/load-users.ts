import type { Sql } from '@species/database'

/** What every user of the benchmark starts with, in units and micro-units: more than any run can use up. */
const unitsEach = 1_000_000n
const microEach = 1_000_000_000_000n
const poolMicro = 1_000_000_000_000_000n
const seedListings = 200
const seedUnits = 1_000_000n

export const vaults = { escrow: 'vault-market-escrow', liquidityPool: 'vault-liquidity-pool' } as const

/** Units that a vault holds at the start, by its name. */
export function startUnits(vault: string): bigint {
  if (vault.startsWith('vault-user-')) return unitsEach
  return vault === vaults.escrow ? BigInt(seedListings) * seedUnits : 0n
}

export function userName(index: number): string {
  return `user-${index}`
}

/**
 * Users with units and credit, a funded pool and a filled book, written straight into the tables: the ledger's own checks hold
 * afterwards, so that they can be asked after a run as well.
 */
export async function loadUsers(sql: Sql, users: number, atMs: number): Promise<void> {
  const at = new Date(atMs).toISOString()
  await sql.query(
    `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
     SELECT 'user-' || n, md5('user-' || n)::uuid, 'vault-user-' || n, 'active', '{}', $2, $2 FROM generate_series(0, $1::int - 1) AS n`,
    [users, at],
  )
  const everybody = BigInt(users)
  const lines: [account: string, asset: string, amount: bigint][] = [
    ['outside', 'SPECIES', -(everybody * unitsEach + BigInt(seedListings) * seedUnits)],
    ['market:escrow', 'SPECIES', BigInt(seedListings) * seedUnits],
    ['world:ETH', 'USDT', -(everybody * microEach + poolMicro)],
    ['liquidity_pool', 'USDT', poolMicro],
  ]
  const given = `SELECT account, asset, amount FROM json_to_recordset($1::text::json) AS r(account text, asset text, amount bigint)
     UNION ALL SELECT 'user:user-' || n, 'SPECIES', $3::bigint FROM generate_series(0, $2::int - 1) AS n
     UNION ALL SELECT 'user:user-' || n, 'USDT', $4::bigint FROM generate_series(0, $2::int - 1) AS n`
  const parameters = [
    JSON.stringify(lines.map(([account, asset, amount]) => ({ account, asset, amount: amount.toString() }))),
    users,
    unitsEach.toString(),
    microEach.toString(),
  ]
  await sql.query(
    `INSERT INTO cashier.transfers (transfer_id, kind, digest, posted_at) VALUES ('observation:start', 'observation', '', $1)`,
    [at],
  )
  await sql.query(
    `INSERT INTO cashier.balances (account, asset, posted, held, version) SELECT account, asset, amount, 0, 1 FROM (${given}) AS g`,
    parameters,
  )
  await sql.query(
    `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after)
     SELECT 'observation:start', account, asset, amount, amount FROM (${given}) AS g`,
    parameters,
  )
  await sql.query(
    `INSERT INTO matching.listings (listing_id, book, event_key, seller, unit_price_micro, units_total, units_available, units_reserved,
       status, created_at, expires_at, lapse)
     SELECT 'lst_' || md5('seed-' || n), 'SPECIES', md5('seed-' || n)::uuid, 'user-' || (n % $2::int), 1000000, $3::bigint, $3::bigint, 0,
       'open', $4::timestamptz, $4::timestamptz + interval '30 days', 1 FROM generate_series(0, $1::int - 1) AS n`,
    [seedListings, users, seedUnits.toString(), at],
  )
}

/** Fresh statistics, as a server that has run for a while has them. */
export async function analyse(sql: Sql): Promise<void> {
  await sql.query('ANALYZE')
}
