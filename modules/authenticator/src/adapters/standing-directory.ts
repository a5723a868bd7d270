import type { AuthenticatorQueries, UserStanding } from '@species/contracts'
import { assert } from '@species/kernel'
import type { Sql } from '@species/database'
import { authenticatorQueries } from './queries.ts'

type Standings = Pick<AuthenticatorQueries, 'standings'>

/** Users kept at a time; beyond that all are forgotten. */
const maxKept = 50_000

/**
 * How users stand, kept for as long as the database's count of changes to users and keys is what it was: one number is asked for
 * instead of a row for each party of a batch. An answer is as fresh as one from the users' rows, since the count is asked for each time,
 * over the same connection or transaction, and moves with every change. Who is not known is asked for again: he may come to be
 * without anything having changed.
 *
 * Not for the last word before money is held: after a failover that lost commits the count can repeat (decision 0025).
 */
export function createStandingDirectory(): (sql: Sql) => Standings {
  let kept = { version: -1n, users: new Map<string, UserStanding>() }
  return (sql) => ({
    async standings(onliIds) {
      const [row] = await sql.query<{ version: bigint }>('SELECT version FROM authenticator.access_version')
      assert(row !== undefined, 'changes are counted')
      if (row.version !== kept.version || kept.users.size > maxKept) kept = { version: row.version, users: new Map() }
      const { users } = kept
      const unknown = onliIds.filter((onliId) => !users.has(onliId))
      // Read after the count: what is kept under it may be newer, and never older.
      if (unknown.length > 0)
        for (const [onliId, standing] of await authenticatorQueries(sql).standings(unknown)) users.set(onliId, standing)
      return new Map(
        onliIds.flatMap((onliId) => {
          const standing = users.get(onliId)
          return standing ? [[onliId, standing]] : []
        }),
      )
    },
  })
}
