import { cpus, totalmem } from 'node:os'
import { connect } from 'node:net'
import { openPostgres } from '@species/database'
import type { Servers } from './split/stage.ts'

/** What the figures were measured on: they mean nothing without it. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly node: string
  readonly postgres: string
  readonly nats: string
  readonly redis: string
}

/** Names this machine and its servers; what does not answer is `none`. */
export async function describeMachine(servers: Servers): Promise<Machine> {
  const processors = cpus()
  const [postgres, nats, redis] = await Promise.all([
    postgresVersion(servers.databaseUrl),
    greeting(servers.natsUrl, undefined, /"version":"([^"]+)"/),
    greeting(servers.redisUrl ?? '', 'INFO server\r\n', /redis_version:(\S+)/),
  ])
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres,
    nats,
    redis,
  }
}

export function machineInWords(machine: Machine): string {
  const { processor, cores, memoryGiB, node, postgres, nats, redis } = machine
  return `${processor}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, Postgres ${postgres}, NATS ${nats}, Redis ${redis}`
}

async function postgresVersion(url: string): Promise<string> {
  const database = openPostgres(url, { poolSize: 1 })
  try {
    const [row] = await database.query<{ server_version: string }>('SHOW server_version')
    return row?.server_version.split(' ')[0] ?? 'none'
  } catch {
    return 'none'
  } finally {
    await database.close()
  }
}

/** Asks a server that speaks in lines, and finds its version in what it says. */
function greeting(url: string, ask: string | undefined, pattern: RegExp): Promise<string> {
  if (!URL.canParse(url)) return Promise.resolve('none')
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect({ host: hostname, port: Number(port) })
    const done = (version: string): void => {
      socket.destroy()
      resolve(version)
    }
    socket.setTimeout(2_000, () => {
      done('none')
    })
    socket.on('error', () => {
      done('none')
    })
    socket.on('connect', () => {
      if (ask !== undefined) socket.write(ask)
    })
    socket.on('data', (chunk) => {
      heard += chunk.toString()
      const version = pattern.exec(heard)?.[1]
      if (version !== undefined) done(version)
    })
  })
}
