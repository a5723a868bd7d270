import { missingOf } from './binaries.ts'
import { startNats } from './nats.ts'
import { PostgresEngine } from './postgres.ts'
import { startRedis } from './redis.ts'
import type { ServerProcess } from './server-process.ts'

export type Engine = 'postgres' | 'nats' | 'redis'
export const engines: readonly Engine[] = ['postgres', 'nats', 'redis']

/** What each engine needs on the machine, and the Debian package that brings it. */
export const engineNeeds: Readonly<Record<Engine, { programs: readonly string[]; debianPackage: string }>> = {
  postgres: { programs: ['initdb', 'postgres', 'pg_ctl', 'pg_basebackup', 'pg_dump'], debianPackage: 'postgresql' },
  nats: { programs: ['nats-server'], debianPackage: 'nats-server' },
  redis: { programs: ['redis-server'], debianPackage: 'redis-server' },
}

export interface MissingEngine {
  readonly engine: Engine
  readonly programs: readonly string[]
  readonly debianPackage: string
}

/** The engines that cannot start here, and the programs that each lacks. */
export function missingEngines(): MissingEngine[] {
  return engines
    .map((engine) => ({ engine, ...engineNeeds[engine], programs: missingOf(engineNeeds[engine].programs) }))
    .filter(({ programs }) => programs.length > 0)
}

export interface RunningEngine {
  readonly engine: Engine
  /** The address for `DATABASE_URL`, `NATS_URL` or `REDIS_URL`. */
  readonly url: string
  readonly process: ServerProcess
}

const start: Readonly<Record<Engine, (port: number | undefined) => Promise<Omit<RunningEngine, 'engine'>>>> = {
  async postgres(port) {
    const server = await PostgresEngine.start(port)
    return { process: server.process, url: server.url() }
  },
  async nats(port) {
    const [node] = await startNats(1, [], port)
    if (!node) throw new Error('no NATS server was started')
    return node
  },
  async redis(port) {
    const { process, port: given } = await startRedis(undefined, port)
    return { process, url: `redis://127.0.0.1:${given}` }
  },
}

/**
 * Starts new, empty engines in temporary directories, each on the given port or on a free one. When one does not
 * start, the others are stopped and the reason is thrown.
 */
export async function startEngines(
  wanted: readonly Engine[],
  ports: Partial<Record<Engine, number>>,
): Promise<RunningEngine[]> {
  const started = await Promise.allSettled(
    wanted.map(async (engine) => ({ engine, ...(await start[engine](ports[engine])) })),
  )
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (!failed) return running
  await Promise.all(running.map((one) => one.process.stop()))
  throw failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason))
}
