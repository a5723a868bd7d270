import { freshPostgres } from '../databases.ts'
import type { MixEvent } from '../mix.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { type ModulesResult, runModules } from '../modules/run.ts'
import type { BenchContext, PartResult } from '../report.ts'

const users = 10_000
const rounds = 2

/** A purchase from the treasury changes its account, the supply and the fees every time; a transfer only those of two users. */
const kinds: Readonly<Record<'hot' | 'cold', (random: () => number, eventId: string) => MixEvent>> = {
  hot: (random, eventId) => ({
    eventId,
    from: anyone(random),
    to: 'treasury',
    amount: 1,
    payWith: { source: 'credit' },
  }),
  cold: (random, eventId) => {
    const from = anyone(random)
    let to = anyone(random)
    while (to === from) to = anyone(random)
    return { eventId, from, to, amount: 1 }
  },
}

const anyone = (random: () => number): string => userName(Math.floor(random() * users))

/** Trades that all change the treasury's accounts, beside trades among ten thousand users that share none. */
export async function benchHotCold(context: BenchContext): Promise<PartResult> {
  const database = await freshPostgres(context.databaseUrl)
  try {
    await loadUsers(database, users, Date.now())
    await analyse(database)
    const turns: Record<'hot' | 'cold', ModulesResult[]> = { hot: [], cold: [] }
    const names = Array.from({ length: users }, (_, index) => userName(index))
    for (let round = 0; round < rounds; round++) {
      for (const kind of ['cold', 'hot'] as const) {
        const result = await runModules(database, {
          users: { holders: names, buyers: names },
          next: kinds[kind],
          warmUpSeconds: 2,
          seconds: context.seconds / rounds,
          underWay: 3_000,
          seed: round * 2 + (kind === 'hot' ? 1 : 0),
        })
        context.say(`${kind}: ${Math.round(result.eventsPerSecond)} events/s`)
        turns[kind].push(result)
      }
    }
    const mean = (kind: 'hot' | 'cold'): number =>
      turns[kind].reduce((sum, turn) => sum + turn.eventsPerSecond, 0) / rounds
    const ratio = mean('hot') / mean('cold')
    return {
      name: 'hot and cold',
      lines: [
        ['all through the treasury', `${Math.round(mean('hot'))} events/s`],
        [`among ${users} users`, `${Math.round(mean('cold'))} events/s`],
        ['hot / cold', ratio.toFixed(2)],
      ],
      ratios: { hotToCold: ratio },
      figures: turns,
    }
  } finally {
    await database.drop()
  }
}
