import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openPostgres } from '@species/database'
import { ownDirectory, ownProcess } from './belongings.ts'
import { findBinary, unprivilegedUser } from './binaries.ts'
import { freePort, untilListening } from './ports.ts'
import { ServerProcess } from './server-process.ts'

const settings = {
  listen_addresses: '127.0.0.1',
  max_connections: '300',
  log_lock_waits: 'on',
  wal_level: 'replica',
  hot_standby: 'on',
  max_wal_senders: '10',
  // A standby that was away for a while finds what it missed.
  wal_keep_size: '512MB',
}

/** A Postgres server of a drill. Its acknowledgements are as good as in production: nothing about durability is switched off. */
export class PostgresEngine {
  readonly port: number
  readonly process: ServerProcess
  readonly #directory: string
  readonly #logFile: string

  private constructor(port: number, directory: string) {
    this.port = port
    this.#directory = directory
    const home = join(directory, 'data')
    this.#logFile = join(directory, 'postgres.log')
    this.process = new ServerProcess({
      name: 'Postgres',
      binary: findBinary('postgres'),
      argv: [
        ...['-D', home, '-p', String(port), '-k', directory],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      logFile: this.#logFile,
      as: unprivilegedUser(),
      stopSignal: 'SIGINT',
      untilReady: async () => {
        await untilListening(port, 30_000)
        await this.#untilAnswering()
      },
    })
  }

  /** A new, empty server, on a free port if none is given. */
  static async start(port?: number): Promise<PostgresEngine> {
    const engine = new PostgresEngine(port ?? (await freePort()), ownDirectory('postgres', unprivilegedUser()))
    await run('initdb', ['-D', engine.#home, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
    await engine.process.start()
    return engine
  }

  /** A standby of this one, from a copy of it. With `synchronous`, no commit here is acknowledged before it has it. */
  async standby({ synchronous, port }: { synchronous: boolean; port?: number }): Promise<PostgresEngine> {
    const engine = new PostgresEngine(port ?? (await freePort()), ownDirectory('postgres', unprivilegedUser()))
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres']
    await run('pg_basebackup', [...from, '-D', engine.#home, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'])
    await engine.process.start()
    if (synchronous)
      await this.sql(async (database) => {
        await database.script(`ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'`)
        await database.script('SELECT pg_reload_conf()')
        const until = Date.now() + 30_000
        while (!(await hasSynchronousStandby(database))) {
          if (Date.now() > until) throw new Error('the standby does not become synchronous')
          await pause(100)
        }
      })
    return engine
  }

  /** Makes a standby the primary. The old one must be dead, and must stay so. */
  async promote(): Promise<void> {
    await run('pg_ctl', ['promote', '-w', '-D', this.#home])
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  async createDatabase(name: string): Promise<void> {
    await this.sql((database) => database.script(`CREATE DATABASE ${name}`))
  }

  /** What the server itself has complained of, by its own log: each line with the details that follow it. */
  complaints(word: RegExp): string[] {
    const entries = readFileSync(this.#logFile, 'utf8').split(
      /\n(?=\d{4}-\d\d-\d\d \S+ \w+ \[\d+\] (?!DETAIL|HINT|CONTEXT|STATEMENT))/,
    )
    return entries.filter((entry) => word.test(entry))
  }

  async sql<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = openPostgres(this.url(), { poolSize: 1 })
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }

  get #home(): string {
    return join(this.#directory, 'data')
  }

  async #untilAnswering(): Promise<void> {
    const until = Date.now() + 30_000
    for (;;) {
      const answers = await this.sql((database) => database.query('SELECT 1')).then(
        () => true,
        () => false,
      )
      if (answers) return
      if (Date.now() > until) throw new Error('Postgres does not answer after 30 s')
      await pause(100)
    }
  }
}

async function hasSynchronousStandby(database: Database): Promise<boolean> {
  const rows = await database.query(`SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')`)
  return rows.length > 0
}

async function run(name: string, argv: readonly string[]): Promise<void> {
  const child = spawn(findBinary(name), argv, { stdio: ['ignore', 'ignore', 'pipe'], ...unprivilegedUser(), cwd: '/' })
  ownProcess(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${said.trim()}`)
}
