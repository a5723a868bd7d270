import { createRandom } from '@species/testing/random'
import { normaliseEvent, wireEventSchema } from '@species/contracts'
import type { Database } from '@species/database'
import { type CpuPerEvent, startCpu } from '../cpu.ts'
import { type MixEvent, type MixUsers, nextEvent } from '../mix.ts'
import { type ModulesWorld, openModules } from './world.ts'

export interface ModulesResult {
  readonly eventsPerSecond: number
  readonly completed: number
  readonly failed: number
  readonly seconds: number
  /** From accept to end of those that ended in the measured time, in milliseconds; with so many under way they mostly wait. */
  readonly endMs: { readonly p50: number; readonly p95: number }
  /** Mean size of a batch, by consumer. */
  readonly batches: Readonly<Record<string, number>>
  /** How long a batch takes, in milliseconds for each of its messages, by consumer; with all waiting for locks and for the server. */
  readonly msPerMessage: Readonly<Record<string, number>>
  /** Processor time of an event, in milliseconds: here, and in the database's own processes. */
  readonly cpu: CpuPerEvent
}

export interface ModulesOptions {
  readonly users: MixUsers
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Events on their way at any time; what ends is replaced at once. */
  readonly underWay: number
  readonly seed: number
  /** Whether ledger and book are audited after the run; they are, unless said. */
  readonly audited?: boolean
  /** Which events; the mix, unless said. */
  readonly next?: (random: () => number, eventId: string) => MixEvent
}

/** Runs the mix through the modules as fast as they take it, and waits until nothing is left under way. */
export async function runModules(
  database: Database & { readonly name: string },
  options: ModulesOptions,
): Promise<ModulesResult> {
  const ends = new Ends()
  const world = await openModules(database, (end, eventKeys) => {
    ends.hear(end, eventKeys)
  })
  try {
    return await measured(world, { ...options, database: database.name }, ends)
  } finally {
    await world.close()
  }
}

async function measured(
  world: ModulesWorld,
  options: ModulesOptions & { readonly database: string },
  ends: Ends,
): Promise<ModulesResult> {
  const { next: random } = createRandom(options.seed)
  const next = options.next ?? ((point: () => number, eventId: string) => nextEvent(point, options.users, eventId))
  let sent = 0
  let open = true
  let broken: unknown
  const refill = (): void => {
    while (open && sent - ends.count < options.underWay) {
      const wire = wireEventSchema.parse(next(random, `bench-${options.seed}-${sent++}`))
      const event = normaliseEvent(wire)
      const sentAt = performance.now()
      world
        .accept({
          principal: { onliId: event.from, keyId: `key-${event.from}` },
          event,
          rawBody: JSON.stringify(wire),
          trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        })
        .then((accepted) => {
          if (accepted.ok) ends.expect(accepted.value.kept.eventKey, sentAt)
        })
        .catch((error: unknown) => {
          broken = error
        })
    }
  }
  ends.onEnd = refill
  refill()
  await pause(options.warmUpSeconds * 1_000)
  const begun = { at: performance.now(), ended: ends.count, cpu: startCpu(options.database) }
  ends.forgetTimes()
  await pause(options.seconds * 1_000)
  const seconds = (performance.now() - begun.at) / 1_000
  const inTime = ends.count - begun.ended
  const cpu = begun.cpu(inTime)
  const endMs = ends.percentiles()
  open = false
  const patience = performance.now() + 60_000
  while ((ends.count < sent || world.waiting() > 0) && broken === undefined && performance.now() < patience)
    await pause(10)
  if (broken !== undefined) throw new Error('an event was not accepted', { cause: broken })
  if (ends.count < sent) throw new Error(`${sent - ends.count} of ${sent} events have not ended`)
  await pause(100)
  const breaches = options.audited === false ? [] : await world.audit()
  if (breaches.length > 0) throw new Error(`after the run: ${breaches.slice(0, 3).join('; ')}`)
  return {
    eventsPerSecond: inTime / seconds,
    completed: ends.completed,
    failed: ends.failed,
    seconds,
    endMs,
    ...(await batchFigures(world)),
    cpu,
  }
}

/** Who has ended, and how long that took. */
class Ends {
  completed = 0
  failed = 0
  onEnd: () => void = () => undefined
  readonly #sentAt = new Map<string, number>()
  #tookMs: number[] = []

  get count(): number {
    return this.completed + this.failed
  }

  expect(eventKey: string, sentAt: number): void {
    this.#sentAt.set(eventKey, sentAt)
  }

  hear(end: 'completed' | 'failed', eventKeys: readonly string[]): void {
    this[end] += eventKeys.length
    const now = performance.now()
    for (const eventKey of eventKeys) {
      const sentAt = this.#sentAt.get(eventKey)
      if (sentAt !== undefined) this.#tookMs.push(now - sentAt)
      this.#sentAt.delete(eventKey)
    }
    this.onEnd()
  }

  forgetTimes(): void {
    this.#tookMs = []
  }

  percentiles(): ModulesResult['endMs'] {
    const sorted = this.#tookMs.toSorted((a, b) => a - b)
    const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
    return { p50: at(0.5), p95: at(0.95) }
  }
}

async function batchFigures(world: ModulesWorld): Promise<Pick<ModulesResult, 'batches' | 'msPerMessage'>> {
  const { batchSize, batchSeconds } = world.metrics
  const read = async (histogram: typeof batchSize, name: 'sum' | 'count'): Promise<Map<string, number>> =>
    new Map(
      (await histogram.get()).values
        .filter((value) => value.metricName?.endsWith(`_${name}`) === true)
        .map((value) => [String(value.labels.consumer), value.value]),
    )
  const messages = await read(batchSize, 'sum')
  const counts = await read(batchSize, 'count')
  const seconds = await read(batchSeconds, 'sum')
  const byConsumer = (of: (consumer: string, messages: number) => number): Record<string, number> =>
    Object.fromEntries([...messages].map(([consumer, sum]) => [consumer, of(consumer, sum)]))
  return {
    batches: byConsumer((consumer, sum) => Math.round(sum / (counts.get(consumer) ?? 1))),
    msPerMessage: byConsumer((consumer, sum) => Math.round(((seconds.get(consumer) ?? 0) * 1_000_000) / sum) / 1_000),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
