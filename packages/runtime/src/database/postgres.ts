import postgres from 'postgres'
import type { Database, Sql } from './database.ts'

const int8 = {
  to: 20,
  from: [20],
  serialize: (value: bigint) => value.toString(),
  parse: (text: string) => BigInt(text),
}

/** A pool of connections to a Postgres server. */
export function openPostgres(url: string, options: { poolSize: number }): Database {
  const pool = postgres(url, { max: options.poolSize, types: { bigint: int8 }, onnotice: () => undefined })
  const over = (runner: Pick<postgres.Sql, 'unsafe'>): Sql => ({
    query: async (text, parameters) =>
      (await runner.unsafe(text, (parameters ?? []) as never[], { prepare: true })) as unknown as never,
  })
  return {
    engine: 'postgres',
    ...over(pool),
    transaction: (work) => pool.begin((tx) => work(over(tx))) as Promise<never>,
    script: async (text) => {
      await pool.unsafe(text).simple()
    },
    close: () => pool.end({ timeout: 5 }),
  }
}
