import { randomBytes } from 'node:crypto'
import { MissingBinary } from '../../servers/binaries.ts'
import { missingEngines } from '../../servers/engines.ts'
import { type NatsNode, startNats } from '../../servers/nats.ts'
import { freePort } from '../../servers/ports.ts'
import { PostgresEngine } from '../../servers/postgres.ts'
import { type RedisEngine, startRedis } from '../../servers/redis.ts'
import { TcpProxy } from '../../servers/tcp-proxy.ts'
import type { EngineUrls } from './stage.ts'

/** Which servers an experiment needs. */
export interface ServerWish {
  readonly natsNodes?: 1 | 3
  readonly standby?: boolean
  /** The way to Redis leads through a proxy that can be slow. */
  readonly slowRedis?: boolean
}

/** The servers of one experiment, its own. */
export interface Servers {
  readonly postgres: PostgresEngine
  readonly standby: PostgresEngine | undefined
  readonly nats: readonly NatsNode[]
  readonly redis: RedisEngine
  /** The way to Redis leads through it, where that was wished for. */
  readonly redisProxy: TcpProxy
  /** One more synchronous standby, of whoever is the primary now; processes know its address from the start. */
  addStandby(primary: PostgresEngine): Promise<PostgresEngine>
  readonly urls: EngineUrls
  stop(): Promise<void>
}

/** Starts them on free ports with temporary directories. Throws {@link MissingBinary} where one cannot run here. */
export async function startServers({
  natsNodes = 1,
  standby = false,
  slowRedis = false,
}: ServerWish): Promise<Servers> {
  const missing = missingEngines().flatMap(({ programs }) => programs)
  if (missing.length > 0) throw new MissingBinary(`not on this machine: ${missing.join(', ')}`)
  const closers: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(closers.splice(0).map((close) => close()))
  }
  try {
    const [postgres, nats, redis] = await Promise.all([PostgresEngine.start(), startNats(natsNodes), startRedis()])
    closers.push(
      () => postgres.process.stop(),
      () => redis.process.stop(),
      ...nats.map((node) => () => node.process.stop()),
    )
    const second = standby ? await postgres.standby({ synchronous: true }) : undefined
    if (second) closers.push(() => second.process.stop())
    await postgres.createDatabase('species')
    const redisProxy = await TcpProxy.start(redis.port)
    closers.push(() => redisProxy.close())
    const sparePort = await freePort()
    const hosts = [postgres.port, ...(second ? [second.port, sparePort] : [])].map((port) => `127.0.0.1:${port}`)
    const urls = {
      databaseUrl: `postgres://postgres@${hosts.join(',')}/species`,
      natsUrl: nats.map((node) => node.url).join(','),
      // Only where latency is wanted does the way go through the drill, which has other things to do.
      redisUrl: `redis://127.0.0.1:${slowRedis ? redisProxy.port : redis.port}`,
      natsPrefix: `chaos${randomBytes(4).toString('hex')}`,
    }
    const addStandby = async (primary: PostgresEngine): Promise<PostgresEngine> => {
      const engine = await primary.standby({ synchronous: true, port: sparePort })
      closers.push(() => engine.process.stop())
      return engine
    }
    return { postgres, standby: second, nats, redis, redisProxy, addStandby, urls, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
