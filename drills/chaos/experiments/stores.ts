import type { PostgresEngine } from '../../servers/postgres.ts'
import type { Drill, Experiment } from '../experiment.ts'
import type { Servers } from '../stage/servers.ts'

function serversOf({ servers }: Drill): Servers {
  if (!servers) throw new Error('this experiment needs servers of its own')
  return servers
}

export const postgresFailover: Experiment = {
  name: 'postgres-failover',
  about:
    'SIGKILL of the Postgres primary; its synchronous standby is promoted; the old one comes back and nobody writes to it',
  needs: { standby: true },
  seconds: 60,
  async run(drill) {
    const servers = serversOf(drill)
    const { postgres, standby } = servers
    if (!standby) throw new Error('there is no standby')
    await drill.pause(8_000)
    await drill.fault('SIGKILL of the primary; its standby is promoted after 3 s', async () => {
      await postgres.process.kill()
      await drill.pause(3_000)
      await standby.promote()
    })
    await drill.pause(3_000)
    await drill.fault('the old primary is started again by mistake', () => postgres.process.start())
    await drill.pause(6_000)
    drill.found(...(await writesTo(postgres)))
    // Now it is fenced as it should have been: it is gone for good, and a new standby takes its place.
    await postgres.process.kill()
    const next = await servers.addStandby(standby)
    drill.say('the new primary has a synchronous standby again')
    await drill.pause(8_000)
    await drill.fault('SIGKILL of the new primary; its standby is promoted', async () => {
      await standby.process.kill()
      await drill.pause(1_000)
      await next.promote()
    })
    await drill.pause(8_000)
  },
}

/** Rows that were written to a server since it started: its counters begin at zero after a crash. */
async function writesTo(server: PostgresEngine): Promise<string[]> {
  const [row] = await server.sql((database) =>
    database.query<{ rows: bigint }>(
      `SELECT tup_inserted + tup_updated + tup_deleted AS rows FROM pg_stat_database WHERE datname = 'species'`,
    ),
  )
  return row?.rows === 0n ? [] : [`${String(row?.rows)} rows were written to the old primary after its replacement`]
}

export const redisKilled: Experiment = {
  name: 'redis-killed',
  about: 'SIGKILL of Redis, which keeps nothing; it is back, empty, after 10 s',
  seconds: 45,
  async run(drill) {
    const { redis } = serversOf(drill)
    for (const round of ['first', 'second']) {
      await drill.pause(4_000)
      // A cache that is away may take nothing else with it: the service is looked at while it is down.
      await drill.fault(`SIGKILL of Redis, ${round} time, and it stays down`, () => redis.process.kill())
      await drill.pause(10_000)
      await drill.fault('Redis is back, empty', () => redis.process.start())
    }
    await drill.pause(4_000)
  },
}

export const redisSlow: Experiment = {
  name: 'redis-slow',
  about: 'every packet to and from Redis takes 500 ms longer',
  needs: { slowRedis: true },
  seconds: 45,
  async run(drill) {
    const { redisProxy } = serversOf(drill)
    await drill.pause(3_000)
    await drill.fault('Redis is slower by 500 ms each way', async () => {
      redisProxy.latencyMs = 500
    })
    await drill.pause(drill.lengthMs - 10_000)
    await drill.fault('Redis is as fast as before', async () => {
      redisProxy.latencyMs = 0
    })
    await drill.pause(4_000)
  },
}
