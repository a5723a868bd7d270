import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@species/database'
import { type Clock, silentLogger, systemClock } from '@species/platform'
import { type Client, createClient, createSigner } from '@species/sdk'
import { postgresWith } from '@species/testing'
import postgres from 'postgres'
import { z } from 'zod'
import { signerOptions } from '../../apps/species/src/commands/connect.ts'
import { control } from '../../apps/species/src/demo/players.ts'
import { compose } from '../../apps/species/src/compose/compose.ts'
import { readSettings } from '../../apps/species/src/settings/settings.ts'

export type Engine = 'embedded' | 'postgres'

const manifestSchema = z.object({
  recordedAtMs: z.number(),
  masterKey: z.string().optional(),
  unfinished: z.array(z.object({ eventId: z.string(), owner: z.string(), endsAs: z.array(z.string()) })),
})

/** A recorded marketplace that this code has opened. It believes that no time has passed since it was recorded. */
export interface Thawed {
  readonly unfinished: z.infer<typeof manifestSchema>['unfinished']
  readonly database: Database
  /** Signs as somebody whose key was recorded: `operator`, `alice`, `bob` or `carol`. */
  as(name: string): Client
  fetch(path: string): Promise<Response>
  control(path: string, body: object): Promise<unknown>
  /** Every owner who was asked to consent to a move does so, unless the partner has given up waiting. */
  grantConsents(): Promise<void>
  close(): Promise<void>
}

/** Opens a copy of a recording: the data directory, and for Postgres a new database with its dump. */
export async function thaw(recording: string, engine: Engine): Promise<Thawed> {
  const folder = join(import.meta.dirname, recording)
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, `${engine}.json`), 'utf8')))
  const dataDirectory = mkdtempSync(join(tmpdir(), 'species-thawed-'))
  execFileSync('tar', ['-xzf', join(folder, `${engine}.tar.gz`), '-C', dataDirectory])
  const restored = engine === 'postgres' ? await restore(join(dataDirectory, 'database.sql')) : undefined
  const passedMs = Date.now() - manifest.recordedAtMs
  const clock: Clock = { ...systemClock, now: () => Date.now() - passedMs }
  let database: Database | undefined
  const program = await compose(
    readSettings({
      SPECIES_DATA_DIR: dataDirectory,
      SANDBOX_PORT: '0',
      PORT: '0',
      ...(restored ? { DATABASE_URL: restored.url, SPECIES_MASTER_KEY: manifest.masterKey } : {}),
    }),
    { log: silentLogger, clock, asOverAWire: true, wrapDatabase: (opened) => (database = opened) },
  )
  const { sandbox, directory } = program
  if (!sandbox || !database) throw new Error('a recording has its sandbox')
  const baseUrl = 'http://localhost'
  const fetchHere = async (request: Request): Promise<Response> => await program.fetch(request)
  return {
    unfinished: manifest.unfinished,
    database,
    as(name) {
      const key = directory.readKey(name)
      if (!key) throw new Error(`no key of ${name} was recorded`)
      const signer = createSigner({ ...signerOptions(key), now: () => clock.now() })
      return createClient({ baseUrl, signer, fetch: async (input, init) => await fetchHere(new Request(input, init)) })
    },
    fetch: async (path) => await fetchHere(new Request(baseUrl + path)),
    control: async (path, body) => await control(sandbox.httpUrl, path, body),
    async grantConsents() {
      const answer = await fetch(`${sandbox.httpUrl}/control/operations`)
      const { operations } = (await answer.json()) as { operations: { id: string; status: string }[] }
      for (const { id, status } of operations)
        if (status === 'AWAITING_CONSENT')
          await control(sandbox.httpUrl, '/consent/decide', { operationId: id, answer: 'grant' })
    },
    async close() {
      await program.close()
      await restored?.drop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

async function restore(dump: string): Promise<Awaited<ReturnType<typeof postgresWith>>> {
  const database = await postgresWith()
  await database.query('DROP SCHEMA IF EXISTS runtime CASCADE')
  const connection = postgres(database.url, { max: 1, onnotice: () => undefined })
  await connection.unsafe(readFileSync(dump, 'utf8')).simple()
  await connection.end()
  return database
}
