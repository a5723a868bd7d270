import { type Database, rowsParameter } from '@species/database'
import { startMs } from './database.ts'
import type { Random } from '@species/testing/random'

const names = ['ann', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hao'] as const

/** Somebody who trades, with what he has at the start. Few have much, so that events compete for it. */
export interface SimulatedUser {
  readonly onliId: string
  readonly vault: string
  readonly wallet: string
  readonly units: bigint
  readonly creditMicro: bigint
}

export interface Population {
  readonly users: readonly SimulatedUser[]
  readonly poolMicro: bigint
}

export function drawPopulation(random: Random): Population {
  const users = names.slice(0, random.between(3, names.length)).map((onliId, index) => ({
    onliId,
    vault: `vault-user-${onliId}`,
    wallet: `0x${String(index + 1).padStart(40, '0')}`,
    units: BigInt(random.between(0, 12)),
    creditMicro: BigInt(random.between(0, 15)) * 1_000_000n,
  }))
  return { users, poolMicro: BigInt(random.between(0, 12)) * 1_000_000n }
}

/** Writes users, their wallets, and what they have, as one observation that sums to zero. */
export async function settle(database: Database, { users, poolMicro }: Population): Promise<void> {
  const at = new Date(startMs - 86_400_000).toISOString()
  const people = users.map(({ onliId, vault, wallet }) => ({ onli_id: onliId, vault_id: vault, address: wallet }))
  await database.query(
    `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
     SELECT onli_id, md5(onli_id)::uuid, vault_id, 'active', '{}', $2, $2
     FROM json_to_recordset($1::text::json) AS r(onli_id text, vault_id text)`,
    [rowsParameter(people), at],
  )
  await database.query(
    `INSERT INTO authenticator.wallets (wallet_id, family, address, onli_id, proven_at)
     SELECT md5(address)::uuid, 'EVM', address, onli_id, $2
     FROM json_to_recordset($1::text::json) AS r(onli_id text, address text)`,
    [rowsParameter(people), at],
  )
  await database.query(
    `INSERT INTO cashier.transfers (transfer_id, kind, digest, posted_at) VALUES ('observation:start', 'observation', '', $1)`,
    [at],
  )
  const lines = rowsParameter(startLines({ users, poolMicro }))
  const given = 'json_to_recordset($1::text::json) AS r(account text, asset text, amount bigint)'
  await database.query(
    `INSERT INTO cashier.balances (account, asset, posted, held, version) SELECT account, asset, amount, 0, 1 FROM ${given}`,
    [lines],
  )
  await database.query(
    `INSERT INTO cashier.entries (transfer_id, account, asset, amount, balance_after)
     SELECT 'observation:start', account, asset, amount, amount FROM ${given}`,
    [lines],
  )
}

function startLines({ users, poolMicro }: Population): { account: string; asset: string; amount: bigint }[] {
  const sum = (of: (user: SimulatedUser) => bigint): bigint => users.reduce((total, user) => total + of(user), 0n)
  return [
    { account: 'outside', asset: 'SPECIES', amount: -sum((user) => user.units) },
    { account: 'outside', asset: 'USDT', amount: -sum((user) => user.creditMicro) - poolMicro },
    { account: 'liquidity_pool', asset: 'USDT', amount: poolMicro },
    ...users.flatMap(({ onliId, units, creditMicro }) => [
      { account: `user:${onliId}`, asset: 'SPECIES', amount: units },
      { account: `user:${onliId}`, asset: 'USDT', amount: creditMicro },
    ]),
  ].filter((line) => line.amount !== 0n)
}
