import { join } from 'node:path'
import { ownDirectory } from './belongings.ts'
import { findBinary } from './binaries.ts'
import { freePort, untilListening } from './ports.ts'
import { ServerProcess } from './server-process.ts'

export interface RedisEngine {
  readonly port: number
  readonly process: ServerProcess
}

/** A Redis that keeps nothing on disk: when it is killed, all is gone. `listen` says how it does, if not in plaintext; a free port if none is given. */
export async function startRedis(
  listen = (port: number): readonly string[] => ['--port', String(port)],
  givenPort?: number,
): Promise<RedisEngine> {
  const binary = findBinary('redis-server')
  const directory = ownDirectory('redis')
  const port = givenPort ?? (await freePort())
  const process = new ServerProcess({
    name: 'Redis',
    binary,
    argv: [...listen(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
    logFile: join(directory, 'redis.log'),
    stopSignal: 'SIGTERM',
    untilReady: () => untilListening(port, 10_000),
  })
  await process.start()
  return { port, process }
}
