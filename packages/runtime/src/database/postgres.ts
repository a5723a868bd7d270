import postgres from 'postgres'
import type { Database, Sql } from './database.ts'

const int8 = {
  to: 20,
  from: [20],
  serialize: (value: bigint) => value.toString(),
  parse: (text: string) => BigInt(text),
}

/**
 * Statements are prepared, and a plan once made is kept: one that was made while a table was new and small must still be right
 * when it holds millions of rows. All that is hot is found by key, so whole tables are read only where nothing else is possible;
 * what is kept fits in memory or lies on a disk that seeks for nothing.
 */
export const planning = { enable_seqscan: 'off', random_page_cost: '1.1', jit: 'off' } as const

/** A pool of connections to a Postgres server. */
export function openPostgres(url: string, options: { poolSize: number }): Database {
  const pool = postgres(url, {
    max: options.poolSize,
    types: { bigint: int8 },
    onnotice: () => undefined,
    connection: planning,
  })
  const over = (runner: Pick<postgres.Sql, 'unsafe'>): Sql => ({
    query: async (text, parameters) =>
      (await runner.unsafe(text, (parameters ?? []) as never[], { prepare: true })) as unknown as never,
  })
  return {
    engine: 'postgres',
    ...over(pool),
    transaction: (work) => inTransaction(pool, (tx) => work(over(tx))),
    script: async (text) => {
      await pool.unsafe(text).simple()
    },
    close: () => pool.end({ timeout: 5 }),
  }
}

/**
 * One transaction on a connection of its own. BEGIN goes out together with the first statements instead of before them: a
 * round trip less for each batch. A connection that breaks rejects whatever waits on it, and the server rolls back.
 */
async function inTransaction<T>(pool: postgres.Sql, work: (tx: postgres.ReservedSql) => Promise<T>): Promise<T> {
  const connection = await pool.reserve()
  try {
    const begun = connection.unsafe('BEGIN').execute()
    const [result] = await Promise.all([work(connection), begun]).catch(async (error: unknown) => {
      await connection.unsafe('ROLLBACK').catch(() => undefined)
      throw error
    })
    await connection.unsafe('COMMIT')
    return result
  } finally {
    connection.release()
  }
}
