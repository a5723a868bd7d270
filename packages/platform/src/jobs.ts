import type { Logger } from './log.ts'

/** Work that comes round by itself: a sweep, a due check. Never two runs of one job at a time in a process. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  run(): Promise<void>
}

/** Runs jobs until stopped; `stop` waits for those that run. A job that throws is logged and comes round again. */
export function startJobs(jobs: readonly Job[], log: Logger): { stop(): Promise<void> } {
  let stopped = false
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Map<string, Promise<void>>()
  const schedule = (job: Job): void => {
    if (stopped) return
    timers.set(
      job.name,
      setTimeout(() => {
        const run = job
          .run()
          .catch((error: unknown) => {
            log.error({ job: job.name, err: error }, 'job failed')
          })
          .finally(() => {
            running.delete(job.name)
            schedule(job)
          })
        running.set(job.name, run)
      }, job.everyMs),
    )
  }
  for (const job of jobs) schedule(job)
  return {
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}
