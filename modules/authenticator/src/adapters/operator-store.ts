import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { ApiKey } from '../domain/api-key.ts'
import { operatorId as allOperators } from '../domain/user.ts'
import { keysOf } from './key-store.ts'

/** A person who runs the marketplace. Times in Unix ms. */
export interface Operator {
  readonly operatorId: string
  readonly name: string
  readonly createdBy: string
  readonly createdAtMs: number
}

/** Keeps a new operator; false where there is one of that id. */
export async function insertOperator(sql: Sql, operator: Operator): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO authenticator.operators (operator_id, name, created_by, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING operator_id`,
    [operator.operatorId, operator.name, operator.createdBy, toTimestamp(operator.createdAtMs)],
  )
  return rows.length > 0
}

export async function hasOperator(sql: Sql, operatorId: string): Promise<boolean> {
  const rows = await sql.query('SELECT 1 FROM authenticator.operators WHERE operator_id = $1', [operatorId])
  return rows.length > 0
}

export async function countOperators(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>('SELECT count(*) AS count FROM authenticator.operators')
  return Number(row?.count ?? 0n)
}

/** All operators by id, each with their keys, newest first. */
export async function listOperators(sql: Sql): Promise<(Operator & { readonly keys: readonly ApiKey[] })[]> {
  const rows = await sql.query<{ operator_id: string; name: string; created_by: string; created_at: Date }>(
    'SELECT operator_id, name, created_by, created_at FROM authenticator.operators ORDER BY operator_id LIMIT 200',
  )
  const keys = await keysOf(sql, allOperators)
  return rows.map((row) => ({
    operatorId: row.operator_id,
    name: row.name,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    keys: keys.filter((key) => key.operatorId === row.operator_id),
  }))
}

/** Of each operator whose keys all expire, when the last of those that are not revoked does; in Unix ms. */
export async function lastExpiryOfOperators(sql: Sql): Promise<{ operatorId: string; expiresAtMs: number }[]> {
  const rows = await sql.query<{ operator_id: string; last: Date }>(
    `SELECT operator_id, max(expires_at) AS last FROM authenticator.api_keys
     WHERE operator_id IS NOT NULL AND onli_id = $1 AND revoked_at IS NULL
     GROUP BY operator_id HAVING bool_and(expires_at IS NOT NULL) ORDER BY operator_id LIMIT 200`,
    [allOperators],
  )
  return rows.map((row) => ({ operatorId: row.operator_id, expiresAtMs: row.last.getTime() }))
}
