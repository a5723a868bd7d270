import { freshPostgres } from '../databases.ts'
import { type EventRows, captureRows, rowsPerEvent } from '../floor/capture.ts'
import { type FloorResult, writeFloor } from '../floor/write.ts'
import { openBalances } from '../floor/write-ledger.ts'
import { analyse, loadUsers, userName } from '../modules/load-users.ts'
import { type ModulesResult, runModules } from '../modules/run.ts'
import { openModules } from '../modules/world.ts'
import type { BenchContext, PartResult } from '../report.ts'

const batchSize = 200
const rounds = 3
/** Events on their way at any time: enough that every stage finds full batches. */
const underWay = 3_000

/**
 * The modules alone (event in, receipt out; in-process bus, partners in process) against the floor: a program that writes the
 * rows which those very events left, to the same server, in batches that commit where the modules commit. The two take turns,
 * so that whatever else the machine does is the same for both.
 */
export async function benchModules(context: BenchContext): Promise<PartResult> {
  const { say, users } = context
  const names = Array.from({ length: users }, (_, index) => userName(index))
  const modulesDatabase = await freshPostgres(context.databaseUrl)
  const floorDatabase = await freshPostgres(context.databaseUrl)
  try {
    for (const database of [modulesDatabase, floorDatabase]) {
      // Started and stopped once, which makes what must be there: the month's partition, for one.
      await (await openModules(database, () => undefined)).close()
      await loadUsers(database, users, Date.now())
      await analyse(database)
    }
    const turns: { modules: ModulesResult; floor: FloorResult }[] = []
    let events: EventRows[] = []
    for (let round = 1; round <= rounds; round++) {
      const modules = await runModules(modulesDatabase, {
        users: { holders: names, buyers: names },
        warmUpSeconds: round === 1 ? 3 : 1,
        seconds: context.seconds / rounds,
        underWay,
        seed: round,
      })
      events = await captureRows(modulesDatabase, events.at(-1)?.eventKey)
      await openBalances(floorDatabase, events)
      await floorDatabase.query('CHECKPOINT')
      const floor = await writeFloor(floorDatabase, events, batchSize, Math.floor(events.length / 6))
      say(`round ${round}: modules ${rate(modules)}, floor ${rate(floor)}`)
      turns.push({ modules, floor })
    }
    context.floor.eventsPerSecond = turns.reduce((sum, { floor }) => sum + floor.eventsPerSecond, 0) / turns.length
    return resultOf(turns, events)
  } finally {
    await modulesDatabase.drop()
    await floorDatabase.drop()
  }
}

function resultOf(
  turns: readonly { modules: ModulesResult; floor: FloorResult }[],
  events: readonly EventRows[],
): PartResult {
  const best = (which: 'modules' | 'floor'): number => Math.max(...turns.map((turn) => turn[which].eventsPerSecond))
  const mean = (of: (turn: (typeof turns)[number]) => number): number =>
    turns.reduce((sum, turn) => sum + of(turn), 0) / turns.length
  const ratio = mean(({ modules }) => modules.eventsPerSecond) / mean(({ floor }) => floor.eventsPerSecond)
  const cpu = (which: 'modules' | 'floor'): { own: number; database: number } => ({
    own: mean((turn) => turn[which].cpu.ownMs),
    database: mean((turn) => turn[which].cpu.databaseMs),
  })
  const used = { modules: cpu('modules'), floor: cpu('floor') }
  const cpuRatio = (used.floor.own + used.floor.database) / (used.modules.own + used.modules.database)
  const rows = rowsPerEvent(events)
  const spent = ({ own, database }: { own: number; database: number }): string =>
    `${(own + database).toFixed(3)} ms (${own.toFixed(3)} program, ${database.toFixed(3)} database)`
  const last = turns.at(-1)
  return {
    name: 'modules',
    lines: [
      [
        'floor: hand-written SQL',
        `${Math.round(mean(({ floor }) => floor.eventsPerSecond))} events/s (best round ${Math.round(best('floor'))})`,
      ],
      [
        'modules alone',
        `${Math.round(mean(({ modules }) => modules.eventsPerSecond))} events/s (best round ${Math.round(best('modules'))})`,
      ],
      ['modules / floor', ratio.toFixed(2)],
      ['processor time an event: floor', spent(used.floor)],
      ['processor time an event: modules', spent(used.modules)],
      ['the same as a ratio', cpuRatio.toFixed(2)],
      ['rows left by an event', `${rows.left.toFixed(1)} (${rows.writes.toFixed(1)} written to get there)`],
      ['mean batch', JSON.stringify(last?.modules.batches)],
      [
        'ended',
        `${turns.reduce((sum, { modules }) => sum + modules.completed, 0)} completed, ${turns.reduce((sum, { modules }) => sum + modules.failed, 0)} failed; ledger and book audited`,
      ],
    ],
    ratios: { modulesToFloor: ratio, modulesToFloorCpu: cpuRatio },
    figures: { turns, rows },
  }
}

function rate(result: { eventsPerSecond: number }): string {
  return `${Math.round(result.eventsPerSecond)} events/s`
}
