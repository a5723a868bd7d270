import type { Sql } from '@species/database'
import type { ReconciliationDeps } from './deps.ts'

/** Reads the rows of several modules as they stand at one moment. */
export function inOneMoment<T>(
  { database }: Pick<ReconciliationDeps, 'database'>,
  read: (tx: Sql) => Promise<T>,
): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    return await read(tx)
  })
}
