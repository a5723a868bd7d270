import type { Database } from '@species/database'
import { pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { describeNonceStore } from '@species/testing/contracts'
import { authenticatorModule } from '../index.ts'
import { createNonceStore, purgeNonces } from './nonce-store.ts'

const engines: readonly [string, boolean, () => Promise<Database & { drop?: () => Promise<void> }>][] = [
  ['PGlite', true, () => pgliteWith(authenticatorModule)],
  ['Postgres [needs Postgres]', postgresAnswers, () => postgresWith(authenticatorModule)],
]
for (const [name, answers, open] of engines) {
  let opening: ReturnType<typeof open> | undefined
  const database = async (): ReturnType<typeof open> => await (opening ??= open())
  describeNonceStore(name, answers, {
    open: async (clock) => createNonceStore({ database: await database(), clock }),
    purge: async (clock) => {
      await purgeNonces(await database(), clock.now())
    },
    dispose: async () => {
      const one = await opening
      await (one?.drop ?? one?.close)?.()
    },
  })
}
