import type { OperatorRole } from '@species/contracts'
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
  readonly role: OperatorRole
  readonly suspendedAtMs?: number | undefined
}

/** Keeps a new operator; false where there is one of that id. */
export async function insertOperator(sql: Sql, operator: Operator): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO authenticator.operators (operator_id, name, created_by, created_at, role) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING operator_id`,
    [operator.operatorId, operator.name, operator.createdBy, toTimestamp(operator.createdAtMs), operator.role],
  )
  return rows.length > 0
}

/** The roles of these people who are not suspended, which stay as they are until the transaction ends. */
export async function rolesOf(tx: Sql, people: readonly string[]): Promise<ReadonlyMap<string, OperatorRole>> {
  const rows = await tx.query<{ operator_id: string; role: OperatorRole }>(
    `SELECT operator_id, role FROM authenticator.operators WHERE operator_id = ANY($1::text[]) AND suspended_at IS NULL
     ORDER BY operator_id FOR SHARE`,
    [people],
  )
  return new Map(rows.map((row) => [row.operator_id, row.role]))
}

/** Locks a person until the transaction ends. */
export async function lockOperator(tx: Sql, operatorId: string): Promise<Operator | undefined> {
  const [row] = await tx.query<OperatorRow>('SELECT * FROM authenticator.operators WHERE operator_id = $1 FOR UPDATE', [
    operatorId,
  ])
  return row && fromRow(row)
}

/** Sets role and standing of a locked person. */
export async function setOperator(
  tx: Sql,
  operatorId: string,
  to: { role: OperatorRole; suspendedAtMs: number | undefined },
): Promise<void> {
  await tx.query('UPDATE authenticator.operators SET role = $2, suspended_at = $3 WHERE operator_id = $1', [
    operatorId,
    to.role,
    to.suspendedAtMs === undefined ? null : toTimestamp(to.suspendedAtMs),
  ])
}

interface OperatorRow {
  operator_id: string
  name: string
  created_by: string
  created_at: Date
  role: OperatorRole
  suspended_at: Date | null
}

function fromRow(row: OperatorRow): Operator {
  return {
    operatorId: row.operator_id,
    name: row.name,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    role: row.role,
    suspendedAtMs: row.suspended_at?.getTime(),
  }
}

/** How many admins can sign: they are not suspended and have a key in use, or a passkey to sign in with. `without` a person, or a key. */
export async function countSigningAdmins(
  sql: Sql,
  nowMs: number,
  without: { readonly operatorId?: string; readonly keyId?: string } = {},
): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM authenticator.operators o
     WHERE o.role = 'admin' AND o.suspended_at IS NULL AND o.operator_id IS DISTINCT FROM $2 AND (
       EXISTS (SELECT 1 FROM authenticator.api_keys k WHERE k.operator_id = o.operator_id AND k.revoked_at IS NULL
         AND (k.expires_at IS NULL OR k.expires_at > $1) AND k.key_id IS DISTINCT FROM $3)
       OR EXISTS (SELECT 1 FROM authenticator.passkeys p WHERE p.operator_id = o.operator_id AND p.removed_at IS NULL))`,
    [toTimestamp(nowMs), without.operatorId ?? null, without.keyId ?? null],
  )
  return Number(row?.count ?? 0n)
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
  const rows = await sql.query<OperatorRow>('SELECT * FROM authenticator.operators ORDER BY operator_id LIMIT 200')
  const keys = await keysOf(sql, allOperators)
  return rows.map((row) => ({
    ...fromRow(row),
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
