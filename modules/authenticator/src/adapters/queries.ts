import {
  type AuthenticatorQueries,
  type OperatorRole,
  type UserStanding,
  type WalletOwner,
  familyOf,
  hasRole,
} from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { operatorId, setupOperator } from '../domain/user.ts'
import { findAgents } from './agent-store.ts'

type StandingRow = { onli_id: string; vault_id: string; status: UserStanding['status'] }

/** What other modules may ask about users, wallets and keys. The operator has no vault and is no counterparty. */
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
    async walletOwners(chain, addresses, atMs) {
      const family = familyOf(chain)
      const wanted = family === 'EVM' ? addresses.map((address) => address.toLowerCase()) : addresses
      const rows = await sql.query<{ address: string; onli_id: string; proven_at: Date }>(
        // A transfer counts from its time on, also while it is not carried out yet.
        `SELECT DISTINCT ON (address) address, onli_id, proven_at FROM (
           SELECT w.address, w.onli_id, w.proven_at, coalesce(w.released_at, t.takes_effect_at) AS released_at
             FROM authenticator.wallets w LEFT JOIN authenticator.wallet_transfers t ON t.family = w.family AND t.address = w.address
               AND t.from_onli_id = w.onli_id AND t.status = 'pending' AND t.takes_effect_at <= $3
             WHERE w.family = $1 AND w.address = ANY($2::text[])
           UNION ALL SELECT address, to_onli_id, takes_effect_at, NULL FROM authenticator.wallet_transfers
             WHERE family = $1 AND address = ANY($2::text[]) AND status = 'pending' AND takes_effect_at <= $3) owners
         WHERE released_at IS NULL OR released_at > $3 ORDER BY address, proven_at`,
        [family, wanted, toTimestamp(atMs)],
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
        `SELECT key_id FROM authenticator.api_keys LEFT JOIN authenticator.operators USING (operator_id)
         WHERE key_id = ANY($1::text[]) AND (revoked_at IS NOT NULL OR suspended_at IS NOT NULL)`,
        [keyIds],
      )
      return new Set(rows.map((row) => row.key_id))
    },
    async voidKeys(keyIds, least) {
      const rows = await sql.query<{ key_id: string; role: OperatorRole }>(
        `SELECT k.key_id, o.role FROM authenticator.api_keys k
           JOIN authenticator.operators o ON o.operator_id = coalesce(k.operator_id, $2)
         WHERE k.key_id = ANY($1::text[]) AND k.onli_id = $3 AND k.revoked_at IS NULL AND o.suspended_at IS NULL
         ORDER BY k.key_id FOR SHARE`,
        [keyIds, setupOperator, operatorId],
      )
      const good = new Set(rows.filter(({ role }) => hasRole(role, least)).map((row) => row.key_id))
      return new Set(keyIds.filter((keyId) => !good.has(keyId)))
    },
    async agents(agentIds) {
      return new Map((await findAgents(sql, agentIds)).map((agent) => [agent.agentId, agent]))
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
