import type { AuthenticatorQueries, UserStanding, WalletOwner } from '@species/contracts'
import type { Sql } from '@species/runtime'
import { familyOf } from '../domain/wallet.ts'

type StandingRow = { onli_id: string; vault_id: string; status: UserStanding['status'] }

/** What other modules may ask about users, wallets and keys. The operator has no vault and is nobody's counterparty. */
export function authenticatorQueries(sql: Sql): AuthenticatorQueries {
  return {
    async standings(onliIds) {
      const rows = await sql.query<StandingRow>(
        `SELECT onli_id, vault_id, status FROM authenticator.users
         WHERE vault_id IS NOT NULL AND onli_id = ANY($1::text[])`,
        [onliIds],
      )
      return new Map(rows.map((row) => [row.onli_id, standingFromRow(row)]))
    },
    async walletOwners(chain, addresses) {
      const family = familyOf(chain)
      const wanted = family === 'EVM' ? addresses.map((address) => address.toLowerCase()) : addresses
      const rows = await sql.query<{ address: string; onli_id: string; proven_at: Date }>(
        `SELECT address, onli_id, proven_at FROM authenticator.wallets
         WHERE family = $1 AND released_at IS NULL AND address = ANY($2::text[])`,
        [family, wanted],
      )
      return new Map(
        rows.map((row): [string, WalletOwner] => [
          row.address,
          { address: row.address, onliId: row.onli_id, provenAtMs: row.proven_at.getTime() },
        ]),
      )
    },
    async vaults(afterOnliId, limit) {
      const rows = await sql.query<StandingRow>(
        `SELECT onli_id, vault_id, status FROM authenticator.users
         WHERE vault_id IS NOT NULL AND onli_id > $1 ORDER BY onli_id LIMIT $2`,
        [afterOnliId, limit],
      )
      return rows.map(standingFromRow)
    },
    async revokedKeys(keyIds) {
      const rows = await sql.query<{ key_id: string }>(
        'SELECT key_id FROM authenticator.api_keys WHERE key_id = ANY($1::text[]) AND revoked_at IS NOT NULL',
        [keyIds],
      )
      return new Set(rows.map((row) => row.key_id))
    },
    async allowanceIds(keyIds) {
      const rows = await sql.query<{ key_id: string; allowance_id: string }>(
        `SELECT key_id, coalesce(allowance_id, key_id) AS allowance_id FROM authenticator.api_keys WHERE key_id = ANY($1::text[])`,
        [keyIds],
      )
      return new Map(rows.map((row) => [row.key_id, row.allowance_id]))
    },
  }
}

function standingFromRow(row: StandingRow): UserStanding {
  return { onliId: row.onli_id, vaultId: row.vault_id, status: row.status }
}
