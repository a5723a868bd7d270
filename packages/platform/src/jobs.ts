import type { Clock } from './clock.ts'
import type { Logger } from './log.ts'

/** Work that comes round by itself: a sweep, a due check. Never two runs of one job at a time in a process. */
export interface Job {
  readonly name: string
  /** The least time between two runs, in milliseconds. */
  readonly everyMs: number
  /**
   * A query of one time, read from the rows that the job works on: when it next has something to do; null for never. It is never later
   * than what the job itself takes as due, and costs one look into an index. Without it the job runs each time it comes round.
   */
  readonly due?: string
  run(): Promise<void>
}

/** When jobs are due, by the rows that they work on. */
export interface DueTimes {
  /** Whether rows may have changed since the last `read`. */
  hasChanged(): boolean
  /** By the name of the job, in milliseconds; a job that is never due is left out. */
  read(): Promise<ReadonlyMap<string, number>>
}

interface Running {
  stop(): Promise<void>
}

/**
 * Runs jobs until stopped; `stop` waits for those that run. A job that throws is logged and comes round again. With `dueTimes`, a job
 * that says when it is due runs only then, so that an idle process does nothing.
 */
export function startJobs(
  jobs: readonly Job[],
  { log, clock, dueTimes }: { log: Logger; clock: Clock; dueTimes?: DueTimes },
): Running {
  const run = async (job: Job): Promise<void> => {
    try {
      await job.run()
    } catch (error) {
      log.error({ job: job.name, err: error }, 'job failed')
    }
  }
  const hasDue = (job: Job): boolean => dueTimes !== undefined && job.due !== undefined
  const rounds = jobs.filter((job) => !hasDue(job)).map((job) => startRounds(job.everyMs, () => run(job)))
  if (dueTimes) rounds.push(startDueJobs(jobs.filter(hasDue), { log, clock, dueTimes, run }))
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()))
    },
  }
}

/** Does the work again and again, `everyMs` after its last end. */
function startRounds(everyMs: number, work: () => Promise<void>): Running {
  let stopped = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = work().finally(() => {
        if (!stopped) schedule()
      })
    }, everyMs)
  }
  schedule()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** How often due times are compared with the clock; they are read again only where rows may have changed. */
const lookMs = 250

function startDueJobs(
  jobs: readonly Job[],
  { log, clock, dueTimes, run }: { log: Logger; clock: Clock; dueTimes: DueTimes; run: (job: Job) => Promise<void> },
): Running {
  const endedAt = new Map<string, number>()
  const running = new Map<string, Promise<void>>()
  let due: ReadonlyMap<string, number> = new Map()
  let mustRead = true
  const isDue = ({ name, everyMs }: Job): boolean =>
    !running.has(name) &&
    (due.get(name) ?? Infinity) <= clock.now() &&
    (endedAt.get(name) ?? -Infinity) + everyMs <= clock.steady()
  const start = (job: Job): void => {
    const ended = run(job).finally(() => {
      running.delete(job.name)
      endedAt.set(job.name, clock.steady())
      mustRead = true
    })
    running.set(job.name, ended)
  }
  const rounds = startRounds(lookMs, async () => {
    if (mustRead || dueTimes.hasChanged()) {
      mustRead = false
      try {
        due = await dueTimes.read()
      } catch (error) {
        // Not knowing what is due, each job looks for itself.
        log.error({ err: error }, 'due times cannot be read')
        due = new Map(jobs.map(({ name }) => [name, -Infinity]))
        mustRead = true
      }
    }
    for (const job of jobs.filter(isDue)) start(job)
  })
  return {
    async stop() {
      await rounds.stop()
      await Promise.all(running.values())
    },
  }
}
