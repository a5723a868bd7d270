import { DBOS } from '@dbos-inc/dbos-sdk'
import { openPostgres } from '@species/database'
import { freshPostgres } from '../databases.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { runModules } from '../modules/run.ts'
import type { BenchContext, PartResult } from '../report.ts'

/** What stands between an accepted event and its receipt. */
const steps = ['classify', 'validate', 'match', 'fund', 'deliver', 'confirm', 'settle'] as const
const atOnce = 200

/**
 * A peer: the same seven steps as a durable workflow on DBOS, on the same server. Each step writes one small row, as the least
 * that a module leaves; it decides nothing, locks nothing, and the receipt is not signed. Beside it, the modules with all they do.
 */
export async function benchPeer(context: BenchContext): Promise<PartResult> {
  const peer = await runPeer(context)
  context.say(`DBOS: ${Math.round(peer.eventsPerSecond)} events/s`)
  const database = await freshPostgres(context.databaseUrl)
  try {
    const names = Array.from({ length: context.users }, (_, index) => userName(index))
    await loadUsers(database, context.users, Date.now())
    await analyse(database)
    const own = await runModules(database, {
      users: { holders: names, buyers: names },
      warmUpSeconds: 2,
      seconds: context.seconds,
      underWay: 3_000,
      seed: 1,
    })
    const ratio = own.eventsPerSecond / peer.eventsPerSecond
    return {
      name: 'a peer: seven steps as a durable workflow on DBOS',
      lines: [
        ['DBOS, steps that write one row each', `${Math.round(peer.eventsPerSecond)} events/s`],
        ['the modules', `${Math.round(own.eventsPerSecond)} events/s`],
        ['modules / DBOS', ratio.toFixed(1)],
      ],
      ratios: { modulesToDbos: ratio },
      figures: { peer, own },
    }
  } finally {
    await database.drop()
  }
}

async function runPeer(context: BenchContext): Promise<{ eventsPerSecond: number; completed: number }> {
  const database = await freshPostgres(context.databaseUrl)
  const rows = openPostgres(database.url ?? '', { poolSize: 10 })
  await rows.query('CREATE SCHEMA peer')
  await rows.query(
    'CREATE TABLE peer.steps (event_id text NOT NULL, step text NOT NULL, said text NOT NULL, PRIMARY KEY (event_id, step))',
  )
  DBOS.setConfig({
    name: 'species-bench',
    systemDatabaseUrl: database.url ?? '',
    systemDatabasePoolSize: 10,
    logLevel: 'error',
  })
  const workflow = DBOS.registerWorkflow(
    async (eventId: string): Promise<string> => {
      for (const step of steps)
        await DBOS.runStep(
          async () => {
            await rows.query('INSERT INTO peer.steps VALUES ($1, $2, $3)', [eventId, step, 'yes'])
            return 'yes'
          },
          { name: step },
        )
      return 'completed'
    },
    { name: 'event' },
  )
  await DBOS.launch()
  try {
    const endAt = performance.now() + context.seconds * 1_000
    let started = 0
    let completed = 0
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (performance.now() < endAt) {
          const eventId = `event-${started++}`
          const handle = await DBOS.startWorkflow(workflow, { workflowID: eventId })(eventId)
          await handle.getResult()
          completed++
        }
      }),
    )
    return { eventsPerSecond: completed / context.seconds, completed }
  } finally {
    await DBOS.shutdown()
    await rows.close()
    await database.drop()
  }
}
