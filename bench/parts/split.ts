import type { BenchContext, PartResult } from '../report.ts'
import { type Measured, measure } from '../split/measure.ts'
import { populate } from '../split/population.ts'
import { type Servers, startStage } from '../split/stage.ts'

/** Events under way while the highest sustained rate is looked for: enough to fill the batches, few enough to end soon. */
const underWay = 1_500

/**
 * The whole way in split form: signed HTTP requests, NATS, Redis, Postgres and the sandbox over gRPC, all on this machine's
 * processors together with the generator of the load. First as fast as events end, with a fixed number under way, so that no
 * backlog can grow; then 200 a second, sent when they are due whatever the answers do. Purchases are paid from credit that was paid
 * in on the sandbox's chain before.
 */
export async function benchSplit(context: BenchContext): Promise<PartResult> {
  const { say } = context
  const servers = serversOf(context)
  const stage = await startStage(servers)
  try {
    const population = await populate(stage, { users: Math.min(context.users, 1_000), say })
    await measure(stage, servers, population, { name: 'warm-up', seconds: 5, drive: { kind: 'window', underWay } })
    say('as fast as events end …')
    const fast = await measure(stage, servers, population, {
      name: 'sustained',
      seconds: context.seconds,
      drive: { kind: 'window', underWay },
    })
    say('200 a second …')
    const calm = await measure(stage, servers, population, {
      name: 'at-200-a-second',
      seconds: context.seconds,
      drive: { kind: 'rate', perSecond: 200 },
    })
    return resultOf(fast, calm, context.floor.eventsPerSecond)
  } finally {
    await stage.stop()
  }
}

/** The servers that the split form needs; they must run already. */
export function serversOf(context: BenchContext): Servers {
  return {
    databaseUrl: context.databaseUrl,
    natsUrl: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222',
    redisUrl: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  }
}

function resultOf(fast: Measured, calm: Measured, floor: number | undefined): PartResult {
  const spread = ({ p50, p95, p99 }: Measured['acceptMs']): string => `p50 ${p50}  p95 ${p95}  p99 ${p99} ms`
  const ended = ({ completed, failed, unfinished, refused, drainSeconds }: Measured): string =>
    `${completed} completed, ${failed} failed, ${Object.values(refused).reduce((sum, count) => sum + count, 0)} refused, ${unfinished} unfinished; ${drainSeconds} s to drain`
  const cores = (measured: Measured): string =>
    Object.entries(measured.cores)
      .map(([label, used]) => `${label} ${used}`)
      .join(', ')
  return {
    name: 'split: the whole way, over HTTP, NATS, Redis, Postgres and gRPC',
    lines: [
      [`sustained, ${underWay} under way`, `${fast.endsPerSecond} events/s`],
      ...(floor === undefined
        ? []
        : ([['  as a share of the floor', (fast.endsPerSecond / floor).toFixed(2)]] satisfies PartResult['lines'])),
      ['  ended', ended(fast)],
      ['  processors', cores(fast)],
      ['at 200 a second: accept', spread(calm.acceptMs)],
      ['at 200 a second: receipt', spread(calm.receiptMs)],
      ['  ended', ended(calm)],
      ['  processors', cores(calm)],
    ],
    ratios: floor === undefined ? {} : { splitToFloor: fast.endsPerSecond / floor },
    figures: { fast, calm },
  }
}
