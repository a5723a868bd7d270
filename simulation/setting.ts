import { createDeadLetters } from '@species/bus'
import type { Clock, Metrics } from '@species/platform'
import { type ManualClock, countingIds, manualClock } from '@species/testing'
import { Agenda } from './agenda.ts'
import { SimulatedBus } from './bus.ts'
import { type Stage, startMs } from './database.ts'
import { type Faults, drawFaults, healed } from './faults.ts'
import { Journal } from './journal.ts'
import { ModelChain } from './partners/chain.ts'
import { ModelVaults } from './partners/vaults.ts'
import type { PlantedBug } from './planted.ts'
import { type Population, drawPopulation } from './population.ts'
import type { Surroundings } from './process.ts'
import { type Random, createRandom } from './random.ts'
import { simulatedSigner } from './signer.ts'
import { Callers } from './traffic.ts'
import { Transitions } from './transitions.ts'
import { Trace } from './trace.ts'

export interface HistoryOptions {
  readonly stage: Stage
  readonly seed: number
  readonly metrics: Metrics
  readonly planted?: PlantedBug | undefined
  /** Keeps the lines of the trace. */
  readonly keepTrace?: boolean
}

/** All that a history is played with, drawn from its seed. */
export interface Setting {
  readonly clock: ManualClock
  readonly random: Random
  readonly trace: Trace
  readonly journal: Journal
  readonly population: Population
  readonly callers: Callers
  readonly vaults: ModelVaults
  readonly chain: ModelChain
  readonly around: Surroundings & { readonly bus: SimulatedBus }
  readonly transitions: Transitions
  readonly agenda: Agenda
  readonly faults: Faults
  /** When requests come in, the next first. */
  readonly arrivals: number[]
  readonly healsAtMs: number
  /** Whether anybody decides reviews, while things go wrong and after. */
  readonly operatorAwake: boolean
}

export function drawSetting({ seed, stage, metrics, planted, keepTrace }: HistoryOptions): Setting {
  const random = createRandom(seed)
  const clock = manualClock(startMs)
  const trace = new Trace(clock, keepTrace ?? false)
  const journal = new Journal()
  const population = drawPopulation(random)
  const faults = drawFaults(random)
  const arrivals = drawArrivals(random)
  const healsAtMs = (arrivals.at(-1) ?? startMs) + random.between(5_000, 90_000)
  const operatorAwake = random.chance(0.7)
  const now = faultsUntil(clock, healsAtMs, faults)
  const context = { clock, trace, faults: now }
  const ids = countingIds(clock)
  const { database } = stage
  const start = new Map(population.users.map((user) => [user.vault, user.units]))
  const vaults = new ModelVaults(start, { ...context, random: random.fork() })
  const chain = new ModelChain({ ...context, random: random.fork() })
  const transitions = new Transitions()
  const bus = new SimulatedBus({
    ...context,
    transitions,
    ids,
    random: random.fork(),
    log: journal.log,
    deadLetters: createDeadLetters(database, clock),
    acknowledgesEarly: planted === 'acknowledge-before-publish',
  })
  const callers = new Callers({ clock, faults: now, chain, population, random: random.fork() })
  // A bus that loses nothing must bring every event to its end by itself; one that may lose anything has the sweeper.
  const agenda = new Agenda(database, faults.busIsDurable ? ['sweep'] : [])
  const around = { database, bus, clock, ids, log: journal.log, metrics, signer: simulatedSigner, onli: vaults, chain }
  return {
    clock,
    random,
    trace,
    journal,
    population,
    callers,
    vaults,
    chain,
    around,
    transitions,
    agenda,
    faults,
    arrivals,
    healsAtMs,
    operatorAwake,
  }
}

function faultsUntil(clock: Clock, healsAtMs: number, drawn: Faults): () => Faults {
  const calm = healed(drawn)
  return () => (clock.now() < healsAtMs ? drawn : calm)
}

/** A few requests within a minute, some of them together. */
function drawArrivals(random: Random): number[] {
  let atMs = startMs
  return Array.from({ length: random.between(5, 12) }, () => {
    if (random.chance(0.6)) atMs += random.between(1, 12_000)
    return atMs
  })
}
