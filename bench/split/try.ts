import { measure } from './measure.ts'
import { populate } from './population.ts'
import { startStage } from './stage.ts'

const servers = {
  databaseUrl: 'postgres://postgres@127.0.0.1:5432/postgres',
  natsUrl: 'nats://127.0.0.1:4222',
  redisUrl: undefined,
}
const say = (line: string) => console.error(new Date().toISOString().slice(11, 19), line)
const groups = process.env['GROUPS_JSON'] ? JSON.parse(process.env['GROUPS_JSON']) : undefined
const stage = await startStage(servers, {
  log: say,
  ...(groups ? { groups } : {}),
  nodeArguments: (process.env['NODE_ARGS'] ?? '').split(' ').filter(Boolean),
})
try {
  const population = await populate(stage, { users: Number(process.env['USERS'] ?? 200), say })
  say('populated')
  for (const spec of (process.env['RUNS'] ?? 'rate:200:5,window:1000:5').split(',')) {
    const [kind, n, seconds] = spec.split(':')
    const drive =
      kind === 'rate'
        ? { kind: 'rate' as const, perSecond: Number(n) }
        : { kind: 'window' as const, underWay: Number(n) }
    console.log(
      spec,
      JSON.stringify(
        await measure(stage, servers, population, {
          name: spec.replaceAll(':', '-') + Math.floor(performance.now()),
          seconds: Number(seconds),
          drive,
        }),
      ),
    )
  }
} finally {
  await stage.stop()
}
