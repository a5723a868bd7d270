import { countQueued, oldestQueuedMs, readRefused, summarise } from '../adapters/pair-rows.ts'
import { endLease, keepLease, takeLease } from '../adapters/progress-rows.ts'
import type { MirrorDeps } from './deps.ts'
import { createTakeEntries } from './take-entries.ts'
import { type Step, writePairs } from './write-pairs.ts'

/** More queued pairs than this are summarised: one entry of the book for each pair of accounts and hour. */
const longestQueue = 2_000
/** Pairs that one summary step replaces. */
const summarisedAtOnce = 5_000
/** A round begins no further call after this. The lease is longer by far more than one call takes. */
const longestRoundMs = 20_000
const leaseMs = 60_000
/** The gauges count no further. */
const mostCounted = 100_000

/**
 * A round of the one writer: takes over what is new, summarises where too much waits, and writes until nothing waits, the time is over,
 * or the book does not answer.
 */
export function createMirrorRound(deps: MirrorDeps): () => Promise<void> {
  const { database, clock, ids, log } = deps
  const takeEntries = createTakeEntries(deps)
  return async () => {
    const lease = ids.uuid()
    if (!(await takeLease(database, lease, clock.now(), leaseMs))) return
    const begunAt = clock.steady()
    const mayGoOn = (): boolean => clock.steady() - begunAt < longestRoundMs
    let step: Step = { kind: 'idle' }
    try {
      while (mayGoOn() && (await takeEntries(lease)));
      await shorten(deps, lease, mayGoOn)
      do {
        step = await writePairs(deps, lease, mayGoOn)
      } while (step.kind === 'written' && mayGoOn())
    } finally {
      const failure = step.kind === 'failed' ? step.reason : undefined
      if (failure !== undefined) log.warn({ reason: failure }, 'the book could not be written; it is tried again')
      await endLease(database, lease, failure, clock.now())
    }
    await measure(deps)
  }
}

async function shorten({ database }: MirrorDeps, lease: string, mayGoOn: () => boolean): Promise<void> {
  if ((await countQueued(database, longestQueue + 1)) <= longestQueue) return
  const step = (): Promise<number> =>
    database.transaction(async (tx) => ((await keepLease(tx, lease)) ? await summarise(tx, summarisedAtOnce) : 0))
  while (mayGoOn() && (await step()) > 0);
}

async function measure({ database, clock, metrics }: MirrorDeps): Promise<void> {
  const oldestMs = await oldestQueuedMs(database)
  metrics.mirrorQueued.set(await countQueued(database, mostCounted))
  metrics.mirrorAge.set(oldestMs === undefined ? 0 : Math.max(0, clock.now() - oldestMs) / 1_000)
  metrics.mirrorRefused.set((await readRefused(database, 1_000)).length)
}
