import { PGlite, types } from '@electric-sql/pglite'
import type { Database, Sql } from './database.ts'
import { openingError } from './embedded-error.ts'
import { planning } from './postgres.ts'

/** Postgres inside the process. `directory` absent: in memory, gone with the process. Throws a Fault where the files are damaged. */
export async function openPglite(directory: string | undefined): Promise<Database> {
  const engine = await PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    parsers: { [types.INT8]: (text: string) => BigInt(text) },
  }).catch((error: unknown) => {
    throw openingError(error, directory)
  })
  for (const [name, value] of Object.entries(planning)) await engine.exec(`SET ${name} = ${value}`)
  return {
    engine: 'pglite',
    query: async (text, parameters) => (await engine.query(text, parameters as unknown[])).rows as never,
    transaction: (work) =>
      engine.transaction((tx) => {
        const sql: Sql = {
          query: async (text, parameters) => (await tx.query(text, parameters as unknown[])).rows as never,
        }
        return work(sql)
      }),
    script: async (text) => {
      await engine.exec(text)
    },
    close: () => engine.close(),
    ...(directory === undefined
      ? {}
      : {
          freeze: async (work) =>
            await engine.transaction(async (tx) => {
              await tx.query('CHECKPOINT')
              return await work()
            }),
        }),
  }
}
