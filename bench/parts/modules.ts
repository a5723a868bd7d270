import { captureRows, rowsPerEvent } from '../floor/capture.ts'
import { writeFloor } from '../floor/write.ts'
import { openBalances } from '../floor/write-ledger.ts'
import { freshPostgres } from '../databases.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { runModules } from '../modules/run.ts'
import { openModules } from '../modules/world.ts'
import type { BenchContext, PartResult } from '../report.ts'

const batchSize = 200

/**
 * The modules alone (event in, receipt out; in-process bus, partners in process) against the floor: a program that writes the
 * rows which those very events left, to the same server, in batches that commit where the modules commit.
 */
export async function benchModules(context: BenchContext): Promise<PartResult> {
  const { say, seconds, users } = context
  const names = Array.from({ length: users }, (_, index) => userName(index))
  const atMs = Date.now()
  const modulesDatabase = await freshPostgres(context.databaseUrl)
  const floorDatabase = await freshPostgres(context.databaseUrl)
  try {
    await loadUsers(modulesDatabase, users, atMs)
    await analyse(modulesDatabase)
    say(`modules: ${users} users loaded; running for ${seconds} s`)
    const modules = await runModules(modulesDatabase, {
      users: { holders: names, buyers: names },
      warmUpSeconds: Math.max(2, seconds / 5),
      seconds,
      underWay: Number(process.env['BENCH_UNDER_WAY'] ?? 3_000),
      seed: 1,
    })
    say(`modules: ${Math.round(modules.eventsPerSecond)} events/s`)
    const events = await captureRows(modulesDatabase, 100_000)
    // Started and stopped once, which makes what must be there: the month's partition, for one.
    await (await openModules(floorDatabase, () => undefined)).close()
    await loadUsers(floorDatabase, users, atMs)
    await openBalances(floorDatabase, events)
    await analyse(floorDatabase)
    await floorDatabase.query('CHECKPOINT')
    const floor = await writeFloor(floorDatabase, events, batchSize, Math.floor(events.length / 6))
    say(`floor: ${Math.round(floor.eventsPerSecond)} events/s`)
    const rows = rowsPerEvent(events)
    return {
      name: 'modules',
      lines: [
        ['floor: hand-written SQL', `${Math.round(floor.eventsPerSecond)} events/s`],
        ['modules alone', `${Math.round(modules.eventsPerSecond)} events/s`],
        ['modules / floor', (modules.eventsPerSecond / floor.eventsPerSecond).toFixed(2)],
        ['rows left by an event', `${rows.left.toFixed(1)} (${rows.writes.toFixed(1)} written to get there)`],
        ['own processor use', `floor ${floor.cores.toFixed(2)} cores, modules ${modules.cores.toFixed(2)} cores`],
        ['mean batch', JSON.stringify(modules.batches)],
        ['ended', `${modules.completed} completed, ${modules.failed} failed; ledger and book audited`],
      ],
      ratios: { modulesToFloor: modules.eventsPerSecond / floor.eventsPerSecond },
      figures: { floor, modules, rows },
    }
  } finally {
    await modulesDatabase.drop()
    await floorDatabase.drop()
  }
}
