import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { ProfileTray, UserStatus } from '../domain/user.ts'

/** A user as the table has it. Times in Unix ms. */
export interface User {
  readonly onliId: string
  readonly marketplaceUserId: string
  readonly vaultId: string | undefined
  readonly status: UserStatus
  readonly profileTray: ProfileTray
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly lastSyncMs: number | undefined
}

interface UserRow {
  readonly onli_id: string
  readonly marketplace_user_id: string
  readonly vault_id: string | null
  readonly status: UserStatus
  readonly profile_tray: ProfileTray
  readonly created_at: Date
  readonly updated_at: Date
  readonly last_sync: Date | null
}

export async function findUser(sql: Sql, onliId: string): Promise<User | undefined> {
  const [row] = await sql.query<UserRow>('SELECT * FROM authenticator.users WHERE onli_id = $1', [onliId])
  return row && fromRow(row)
}

/** Users after this id, by id. */
export async function listUsers(sql: Sql, after: string, limit: number): Promise<User[]> {
  const rows = await sql.query<UserRow>(
    'SELECT * FROM authenticator.users WHERE onli_id > $1 ORDER BY onli_id LIMIT $2',
    [after, limit],
  )
  return rows.map(fromRow)
}

/** Locks a user's row until the transaction ends: changes of one user's keys and status happen one after another. */
export async function lockUser(tx: Sql, onliId: string): Promise<User | undefined> {
  const [row] = await tx.query<UserRow>('SELECT * FROM authenticator.users WHERE onli_id = $1 FOR UPDATE', [onliId])
  return row && fromRow(row)
}

/** Undefined where the user exists. */
export async function insertUser(sql: Sql, user: User): Promise<User | undefined> {
  const [row] = await sql.query<UserRow>(
    `INSERT INTO authenticator.users
       (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at, last_sync)
     VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8)
     ON CONFLICT DO NOTHING RETURNING *`,
    [
      user.onliId,
      user.marketplaceUserId,
      user.vaultId ?? null,
      user.status,
      JSON.stringify(user.profileTray),
      toTimestamp(user.createdAtMs),
      toTimestamp(user.updatedAtMs),
      user.lastSyncMs === undefined ? null : toTimestamp(user.lastSyncMs),
    ],
  )
  return row && fromRow(row)
}

/** Sets a status and writes down who did it and why. */
export async function setStatus(
  tx: Sql,
  change: { changeId: string; onliId: string; status: UserStatus; reason: string; changedBy: string; atMs: number },
): Promise<void> {
  await tx.query('UPDATE authenticator.users SET status = $2, updated_at = $3 WHERE onli_id = $1', [
    change.onliId,
    change.status,
    toTimestamp(change.atMs),
  ])
  await tx.query(
    `INSERT INTO authenticator.status_changes (change_id, onli_id, status, reason, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [change.changeId, change.onliId, change.status, change.reason, change.changedBy, toTimestamp(change.atMs)],
  )
}

function fromRow(row: UserRow): User {
  return {
    onliId: row.onli_id,
    marketplaceUserId: row.marketplace_user_id,
    vaultId: row.vault_id ?? undefined,
    status: row.status,
    profileTray: row.profile_tray,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    lastSyncMs: row.last_sync?.getTime(),
  }
}
