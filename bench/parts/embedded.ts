import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshPglite } from '../databases.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { type ModulesResult, runModules } from '../modules/run.ts'
import type { BenchContext, PartResult } from '../report.ts'
import { type Measured, measure } from '../split/measure.ts'
import { populate } from '../split/population.ts'
import { startEmbedded } from '../split/stage.ts'

/** Events under way on the whole way: PGlite decides one batch at a time, so more would only wait. */
const underWay = 500

/** The embedded size: the modules alone on PGlite, and the whole way over HTTP with real signatures; no server at all. */
export async function benchEmbedded(context: BenchContext): Promise<PartResult> {
  const alone = await modulesAlone(context)
  context.say(`the modules alone: ${Math.round(alone.eventsPerSecond)} events/s`)
  const whole = await wholeWay(context)
  const spread = ({ p50, p95, p99 }: Measured['acceptMs']): string => `p50 ${p50}  p95 ${p95}  p99 ${p99} ms`
  return {
    name: 'embedded: everything on PGlite, in one process',
    lines: [
      ['modules alone', `${Math.round(alone.eventsPerSecond)} events/s`],
      ['processor time an event', `${alone.cpu.ownMs.toFixed(3)} ms, the database included`],
      ['ended', `${alone.completed} completed, ${alone.failed} failed; ledger and book audited`],
      [`the whole way, ${underWay} under way`, `${whole.fast.endsPerSecond} events/s`],
      ['at 50 a second: accept', spread(whole.calm.acceptMs)],
      [
        '  ended',
        `${whole.calm.completed} completed, ${whole.calm.failed} failed, ${whole.calm.unfinished} unfinished`,
      ],
    ],
    ratios: { embeddedWholeToModules: whole.fast.endsPerSecond / alone.eventsPerSecond },
    figures: { alone, whole },
  }
}

async function wholeWay({ seconds, users, say }: BenchContext): Promise<{ fast: Measured; calm: Measured }> {
  const stage = await startEmbedded()
  try {
    const population = await populate(stage, { users: Math.min(users, 300), say })
    await measure(stage, {}, population, { name: 'warm-up', seconds: 3, drive: { kind: 'window', underWay } })
    const fast = await measure(stage, {}, population, {
      name: 'sustained',
      seconds,
      drive: { kind: 'window', underWay },
    })
    const drive = { kind: 'rate', perSecond: 50 } as const
    // Few enough that none is idle until the server closes it.
    const calm = await measure(stage, {}, population, { name: 'at-50-a-second', seconds, drive, connections: 40 })
    return { fast, calm }
  } finally {
    await stage.stop()
  }
}

async function modulesAlone(context: BenchContext): Promise<ModulesResult> {
  const directory = await mkdtemp(join(tmpdir(), 'species-bench-'))
  const database = await freshPglite(join(directory, 'database'))
  try {
    const names = Array.from({ length: context.users }, (_, index) => userName(index))
    await loadUsers(database, context.users, Date.now())
    await analyse(database)
    return await runModules(database, {
      users: { holders: names, buyers: names },
      warmUpSeconds: 3,
      seconds: context.seconds,
      underWay: 1_000,
      seed: 1,
    })
  } finally {
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
}
