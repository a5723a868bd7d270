import type { Sql } from '@species/database'
import { freshPostgres } from '../databases.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { repeatSample, takeSample } from '../modules/load-past.ts'
import { type ModulesResult, runModules } from '../modules/run.ts'
import type { BenchContext, PartResult } from '../report.ts'

const sampleSize = 10_000

/**
 * The modules with ten thousand, a hundred thousand and a million past events in the tables (ten million with `--large`). The past
 * is a sample of events that went through the modules, its rows repeated with older keys.
 */
export async function benchGrowth(context: BenchContext): Promise<PartResult> {
  const { say } = context
  const database = await freshPostgres(context.databaseUrl)
  try {
    const names = Array.from({ length: context.users }, (_, index) => userName(index))
    await loadUsers(database, context.users, Date.now())
    await analyse(database)
    const run = (seed: number, seconds: number): Promise<ModulesResult> =>
      runModules(database, {
        users: { holders: names, buyers: names },
        warmUpSeconds: 2,
        seconds,
        underWay: 3_000,
        seed,
        // Its rows are repeated without the balances that belong to them.
        audited: false,
      })
    let sample = 0
    for (let seed = 100; sample < sampleSize; seed++) {
      await run(seed, 5)
      sample = await takeSample(database, sampleSize)
    }
    await analyse(database)
    const sizes = [sample, sample * 10, sample * 100, ...(context.large ? [sample * 1_000] : [])]
    const results: Grown[] = []
    let copies = 0
    for (const [index, events] of sizes.entries()) {
      const wanted = events / sample - 1
      if (wanted > copies) {
        say(`loading ${events} past events …`)
        await repeatSample(database, copies + 1, wanted, say)
        copies = wanted
      }
      const result = await run(index, context.seconds)
      say(`${events} past events: ${Math.round(result.eventsPerSecond)} events/s`)
      results.push({ events, result, bytes: await sizeOf(database) })
    }
    return resultOf(results)
  } finally {
    await database.drop()
  }
}

interface Grown {
  readonly events: number
  readonly result: ModulesResult
  /** The whole database, indexes and what was deleted included. */
  readonly bytes: number
}

async function sizeOf(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ size: bigint }>('SELECT pg_database_size(current_database()) AS size')
  return Number(row?.size ?? 0n)
}

function resultOf(results: readonly Grown[]): PartResult {
  const [first] = results
  const last = results.at(-1)
  const ratio = (last?.result.eventsPerSecond ?? 0) / (first?.result.eventsPerSecond ?? 1)
  return {
    name: 'growth',
    lines: [
      ...results.map(({ events, result, bytes }): [string, string] => [
        `${events} past events`,
        `${Math.round(result.eventsPerSecond)} events/s, ended after p50 ${result.endMs.p50}  p95 ${result.endMs.p95} ms; ${(result.cpu.ownMs + result.cpu.databaseMs).toFixed(3)} ms of processor an event (${result.cpu.databaseMs.toFixed(3)} database); ${(bytes / 2 ** 20).toFixed(0)} MiB`,
      ]),
      ['most / fewest', ratio.toFixed(2)],
    ],
    ratios: { grownToFresh: ratio },
    figures: results,
  }
}
