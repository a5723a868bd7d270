import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshPglite } from '../databases.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { runModules } from '../modules/run.ts'
import type { BenchContext, PartResult } from '../report.ts'

/** The modules on the embedded engine, in a directory as `npm start` has one: no server at all. */
export async function benchEmbedded(context: BenchContext): Promise<PartResult> {
  const directory = await mkdtemp(join(tmpdir(), 'species-bench-'))
  const database = await freshPglite(join(directory, 'database'))
  try {
    const names = Array.from({ length: context.users }, (_, index) => userName(index))
    await loadUsers(database, context.users, Date.now())
    await analyse(database)
    const result = await runModules(database, {
      users: { holders: names, buyers: names },
      warmUpSeconds: 3,
      seconds: context.seconds,
      underWay: 1_000,
      seed: 1,
    })
    return {
      name: 'embedded: the modules on PGlite, in one process',
      lines: [
        ['modules alone', `${Math.round(result.eventsPerSecond)} events/s`],
        ['processor time an event', `${result.cpu.ownMs.toFixed(3)} ms, the database included`],
        ['ended', `${result.completed} completed, ${result.failed} failed; ledger and book audited`],
      ],
      ratios: {},
      figures: result,
    }
  } finally {
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
}
