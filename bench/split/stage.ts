import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { connectNats } from '@species/bus'
import { openPostgres } from '@species/database'
import { nodeArguments } from '../../apps/species/src/processes/split.ts'

export interface Servers {
  readonly databaseUrl: string
  readonly natsUrl: string
  readonly redisUrl: string | undefined
}

export interface BenchStage {
  readonly url: string
  readonly sandboxUrl: string
  readonly dataDirectory: string
  readonly natsPrefix: string
  /** Process ids by what they are, for the processors' shares. */
  readonly pids: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** The groups that two cores serve best: one process speaks to callers, one does the work between, without a broker between its steps. */
const groups: Readonly<Record<string, readonly string[]>> = {
  api: ['marketplace-api', 'authenticator', 'config', 'reporter'],
  work: ['classifier', 'validator', 'matching', 'cashier', 'asset-manager', 'floor-manager'],
}

const main = fileURLToPath(new URL('../../apps/species/src/main.ts', import.meta.url))

/** Starts the split form on a database and streams of its own, which are removed at the end. */
export async function startStage(servers: Servers): Promise<BenchStage> {
  const name = `species_bench_${randomBytes(5).toString('hex')}`
  const admin = openPostgres(servers.databaseUrl, { poolSize: 1 })
  await admin.query(`CREATE DATABASE ${name}`)
  const databaseUrl = new URL(servers.databaseUrl)
  databaseUrl.pathname = `/${name}`
  const natsPrefix = `bench${randomBytes(5).toString('hex')}`
  const dataDirectory = await mkdtemp(join(tmpdir(), 'species-bench-'))
  const sandboxPort = await freePortPair()
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
  const environment = {
    ...process.env,
    DATABASE_URL: databaseUrl.href,
    NATS_URL: servers.natsUrl,
    ...(servers.redisUrl === undefined ? {} : { REDIS_URL: servers.redisUrl }),
    SPECIES_NATS_PREFIX: natsPrefix,
    SPECIES_MASTER_KEY: randomBytes(32).toString('hex'),
    SPECIES_DATA_DIR: dataDirectory,
    SPECIES_SANDBOX_URL: sandboxUrl,
    SPECIES_LOG_LEVEL: 'warn',
    SANDBOX_PORT: String(sandboxPort),
    PORT: '0',
  }
  const family = new Family(environment)
  const stop = async (): Promise<void> => {
    await family.stop()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
    await removeStreams(servers.natsUrl, natsPrefix)
    await rm(dataDirectory, { recursive: true, force: true })
  }
  const urls = await startAll(family).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    url: (urls[0] ?? '').replace('localhost', '127.0.0.1'),
    sandboxUrl,
    dataDirectory,
    natsPrefix,
    pids: family.pids,
    stop,
  }
}

/** Starts the embedded size as `npm start` does: one process with nothing beside it, in a directory of its own. */
export async function startEmbedded(): Promise<BenchStage> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'species-bench-'))
  const sandboxPort = await freePortPair()
  const { DATABASE_URL: _database, NATS_URL: _nats, REDIS_URL: _redis, ...environment } = process.env
  const family = new Family({
    ...environment,
    SPECIES_DATA_DIR: dataDirectory,
    SPECIES_LOG_LEVEL: 'warn',
    SANDBOX_PORT: String(sandboxPort),
    PORT: '0',
  })
  const stop = async (): Promise<void> => {
    await family.stop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
  const url = await family.start('program', ['serve']).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    url: url.replace('localhost', '127.0.0.1'),
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    dataDirectory,
    natsPrefix: '',
    pids: family.pids,
    stop,
  }
}

async function startAll(family: Family): Promise<string[]> {
  await family.start('sandbox', ['sandbox', '--memory'])
  return await Promise.all(
    Object.entries(groups).map(([label, modules]) => family.start(label, ['serve', `--modules=${modules.join(',')}`])),
  )
}

/** The processes of a stage. */
class Family {
  readonly pids = new Map<string, number>()
  readonly #children: ChildProcess[] = []
  readonly #environment: NodeJS.ProcessEnv

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment
  }

  /** Starts one; answers with its address once it says that it is ready. */
  start(label: string, argv: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [...nodeArguments, main, ...argv], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    this.pids.set(label, child.pid ?? 0)
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on('line', (line) => {
          if (line.startsWith('ready ')) resolve(line.split(' ')[1] ?? '')
        })
      child.on('exit', (code) => {
        reject(new Error(`${label} ended with ${String(code)}`))
      })
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => ended(child)))
  }
}

async function removeStreams(natsUrl: string, prefix: string): Promise<void> {
  const nats = await connectNats({ url: natsUrl })
  const manager = await jetstreamManager(nats)
  for (const stream of ['EVENT', 'NOTICE'])
    await manager.streams.delete(`${prefix.toUpperCase()}_${stream}`).catch(() => false)
  await nats.close()
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  await new Promise((resolve) => {
    child.removeAllListeners('exit')
    child.once('exit', resolve)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 8_000).unref()
  })
}

/** A free port whose next one is free too: the sandbox speaks gRPC there. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const first = await listenOn(0)
    const port = (first.address() as { port: number }).port
    const second = await listenOn(port + 1).catch(() => undefined)
    first.close()
    second?.close()
    if (second) return port
  }
}

function listenOn(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
