import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MissingBinary } from '../servers/binaries.ts'
import { type Checked, check } from './check/check.ts'
import { decideReviews, untilEndedOrInReview } from './check/reviews.ts'
import type { Drill, Experiment, FaultRecord } from './experiment.ts'
import { type Population, populate } from './population.ts'
import { createRandom } from '@species/testing/random'
import { type Servers, startServers } from './stage/servers.ts'
import { type EngineUrls, Stage, usualGroups } from './stage/stage.ts'

export interface PlayOptions {
  readonly seed: number
  /** Instead of the experiment's own. */
  readonly seconds?: number
  readonly perSecond?: number
  readonly say: (line: string) => void
  /** Servers that are there already; otherwise the drill starts its own. */
  readonly urls?: EngineUrls
  /** Leaves the book and the logs where they are. */
  readonly keep?: boolean
}

export interface Verdict {
  readonly experiment: string
  readonly seed: number
  readonly passed: boolean
  /** Why it could not be played here. */
  readonly skipped?: string
  readonly processes?: number
  readonly trafficSeconds?: number
  readonly faults: readonly FaultRecord[]
  /** From the end of the traffic until every accepted event had ended. */
  readonly drainedMs?: number
  readonly checked?: Checked
  readonly findings: readonly string[]
  /** What the processes wrote into their logs, by how often. */
  readonly complaints?: Readonly<Record<string, number>>
  readonly logs?: string
}

const recoverWithinMs = 30_000
const breakerOpenMs = 30_000
const longestProbeMs = 60_000
/** What an outage has left to the sweeper it drives again within five minutes and a quarter at the latest. */
const drainWithinMs = 360_000

/** Plays one experiment from empty servers to its verdict. */
export async function play(experiment: Experiment, options: PlayOptions): Promise<Verdict> {
  const { seed, say } = options
  let servers: Servers | undefined
  try {
    servers = options.urls ? undefined : await startServers(experiment.needs ?? {})
  } catch (error) {
    if (!(error instanceof MissingBinary)) throw error
    const skipped = `${experiment.name} cannot be played here: ${error.message}`
    return { experiment: experiment.name, seed, passed: false, skipped, faults: [], findings: [skipped] }
  }
  const urls = options.urls ?? servers?.urls
  if (!urls) throw new Error('there are no servers')
  let stage: Stage | undefined
  let keep = options.keep === true
  try {
    stage = await Stage.start(urls, experiment.groups ?? usualGroups, experiment.settings)
    say(`${stage.services.length} processes and a sandbox are up; users come in`)
    const verdict = await playOn(experiment, options, stage, servers, urls)
    keep ||= !verdict.passed
    return { ...verdict, ...(keep ? { logs: stage.directory } : {}) }
  } catch (error) {
    keep = true
    if (stage) say(`it broke off; the logs are in ${stage.directory}`)
    throw error
  } finally {
    await stage?.stop(keep)
    await servers?.stop()
  }
}

async function playOn(
  experiment: Experiment,
  options: PlayOptions,
  stage: Stage,
  servers: Servers | undefined,
  urls: EngineUrls,
): Promise<Verdict> {
  const { seed, say } = options
  const { next: random } = createRandom(seed)
  const population = await populate(stage, {
    users: experiment.users ?? 12,
    random: createRandom(seed + 1).next,
    bookFile: join(stage.directory, 'book.jsonl'),
  })
  const { traffic, follower, book, operator } = population
  const faults: FaultRecord[] = []
  const findings: string[] = []
  const underWay = new Set<() => Promise<void>>()
  let lastEndAt = 0
  const drill: Drill = {
    stage,
    servers,
    random,
    say,
    found: (...more) => findings.push(...more),
    natsUrl: urls.natsUrl,
    natsPrefix: urls.natsPrefix,
    lengthMs: (options.seconds ?? experiment.seconds) * 1_000,
    pause: async (ms) => {
      await pause(ms)
    },
    async fault(what, act) {
      const began = performance.now()
      underWay.add(act)
      await act()
      underWay.delete(act)
      lastEndAt = performance.now()
      const lastedMs = Math.round(lastEndAt - began)
      // While another fault lasts nothing must be well again: it counts from the end of the last one.
      const recoveredMs = await probe(population, () => (underWay.size > 0 ? performance.now() : lastEndAt))
      faults.push({ what, lastedMs, recoveredMs })
      say(`${what}: lasted ${seconds(lastedMs)}, service back after ${seconds(recoveredMs)}`)
      const withinMs = recoverWithinMs + (experiment.opensBreakers ? breakerOpenMs : 0)
      if (recoveredMs === undefined || recoveredMs > withinMs)
        findings.push(`no new event was accepted and receipted within ${seconds(withinMs)} of this: ${what}`)
    },
  }
  say(`traffic of ${options.perSecond ?? experiment.perSecond ?? 25} events a second begins: ${experiment.about}`)
  const startedAt = performance.now()
  traffic.start(options.perSecond ?? experiment.perSecond ?? 25)
  await experiment.run(drill)
  const trafficSeconds = Math.round((performance.now() - startedAt) / 1_000)
  const stoppedAt = performance.now()
  await traffic.stop()
  await untilEndedOrInReview(book, operator, drainWithinMs)
  const drainedMs = Math.round(performance.now() - stoppedAt)
  say(`traffic is over; everything had ended or was in review ${seconds(drainedMs)} later; checking`)
  const reviewed = await decideReviews(book, operator, stage)
  follower.stop()
  const checked = await check({ ...population, sandboxUrl: stage.sandboxUrl, reviewed })
  findings.push(...checked.findings, ...(experiment.afterwards?.(drill) ?? []))
  findings.push(...stage.deaths.map((death) => `a process ended by itself: ${death}`))
  const complaints = Object.fromEntries([...stage.complaints()].sort(([, a], [, b]) => b - a).slice(0, 25))
  return {
    experiment: experiment.name,
    seed,
    passed: findings.length === 0,
    processes: stage.services.length,
    trafficSeconds,
    faults,
    drainedMs,
    checked,
    findings,
    complaints,
  }
}

/** A new event from now until its receipt, in ms. It is in the book like any other. */
/**
 * Sends a new event, and answers how long after `troubledUntil`, the last moment of any fault so far, it had its receipt; undefined: not
 * within a minute of that.
 */
async function probe(
  { traffic, follower, users }: Population,
  troubledUntil: () => number,
): Promise<number | undefined> {
  const [from, to] = users
  if (!from || !to) throw new Error('a probe needs two users')
  const sent = traffic.send({
    intent: 'TRANSFER',
    owner: from.onliId,
    fields: { to: to.onliId, amount: 1 },
  })
  const isTooLate = (): boolean => performance.now() - troubledUntil() > longestProbeMs
  let entry: Awaited<typeof sent> | undefined
  let receipt: Awaited<ReturnType<typeof follower.untilEnded>>
  while (receipt === undefined && !isTooLate()) {
    entry ??= await Promise.race([sent, pause(1_000).then(() => undefined)])
    receipt = entry && (await follower.untilEnded(entry, 1_000))
  }
  return receipt?.status === 'COMPLETED' ? Math.round(Math.max(0, performance.now() - troubledUntil())) : undefined
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? 'more than 60 s' : `${(ms / 1_000).toFixed(1)} s`
}
