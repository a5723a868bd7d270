import { normaliseEvent, wireEventSchema } from '@species/contracts'
import type { Database } from '@species/runtime'
import { type CpuPerEvent, startCpu } from '../cpu.ts'
import { type MixEvent, type MixUsers, nextEvent, seeded } from '../mix.ts'
import { type ModulesWorld, openModules } from './world.ts'

export interface ModulesResult {
  readonly eventsPerSecond: number
  readonly completed: number
  readonly failed: number
  readonly seconds: number
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
  const counted = { completed: 0, failed: 0 }
  let pull: () => void = () => undefined
  const world = await openModules(database, (end, eventKeys) => {
    counted[end] += eventKeys.length
    pull()
  })
  try {
    return await measured(world, { ...options, database: database.name }, counted, (refill) => {
      pull = refill
    })
  } finally {
    await world.close()
  }
}

async function measured(
  world: ModulesWorld,
  options: ModulesOptions & { readonly database: string },
  counted: { readonly completed: number; readonly failed: number },
  onEnd: (refill: () => void) => void,
): Promise<ModulesResult> {
  const random = seeded(options.seed)
  const next = options.next ?? ((point: () => number, eventId: string) => nextEvent(point, options.users, eventId))
  let sent = 0
  let open = true
  let broken: unknown
  const ended = (): number => counted.completed + counted.failed
  const refill = (): void => {
    while (open && sent - ended() < options.underWay) {
      const wire = wireEventSchema.parse(next(random, `bench-${options.seed}-${sent++}`))
      const event = normaliseEvent(wire)
      world
        .accept({
          principal: { onliId: event.from, keyId: `key-${event.from}` },
          event,
          rawBody: JSON.stringify(wire),
          trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        })
        .catch((error: unknown) => {
          broken = error
        })
    }
  }
  onEnd(refill)
  refill()
  await pause(options.warmUpSeconds * 1_000)
  const begun = { at: performance.now(), ended: ended(), cpu: startCpu(options.database) }
  await pause(options.seconds * 1_000)
  const seconds = (performance.now() - begun.at) / 1_000
  const inTime = ended() - begun.ended
  const cpu = begun.cpu(inTime)
  open = false
  const patience = performance.now() + 60_000
  while ((ended() < sent || world.waiting() > 0) && broken === undefined && performance.now() < patience)
    await pause(10)
  if (broken !== undefined) throw new Error('an event was not accepted', { cause: broken })
  if (ended() < sent) throw new Error(`${sent - ended()} of ${sent} events have not ended`)
  await pause(100)
  const breaches = options.audited === false ? [] : await world.audit()
  if (breaches.length > 0) throw new Error(`after the run: ${breaches.slice(0, 3).join('; ')}`)
  return {
    eventsPerSecond: inTime / seconds,
    ...counted,
    seconds,
    ...(await batchFigures(world)),
    cpu,
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
