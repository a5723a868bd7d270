import { type Sql, readDueTimes } from '@species/database'
import type { Job } from '@species/platform'

/**
 * The job checks every match that has been open for long. Here it is due only for a match that has settled: otherwise an event in
 * review would keep it due, and a history would never become quiet.
 */
const settlementsUnheard = `SELECT min(m.decided_at) + interval '30.001 seconds' FROM matching.matches m
  JOIN cashier.fundings f USING (event_key) WHERE m.outcome = 'matched' AND f.outcome = 'settled'`

/**
 * The times at which jobs are due, each job no more often than it would come round. Jobs that would find nothing are not run, so
 * that hours of virtual time cost a handful of statements; jobs that do not say when they are due are not played.
 */
export class Agenda {
  readonly #sql: Sql
  readonly #without: ReadonlySet<string>
  readonly #ranAtMs = new Map<string, number>()
  #due = new Map<string, number>()

  constructor(sql: Sql, without: readonly string[]) {
    this.#sql = sql
    this.#without = new Set(without)
  }

  /** Looks at the rows again. */
  async refresh(jobs: ReadonlyMap<string, Job>): Promise<void> {
    const played = [...jobs.values()].filter(({ name }) => !this.#without.has(name))
    const due = await readDueTimes(
      this.#sql,
      played.map((job) => (job.name === 'settlements-unheard' ? { ...job, due: settlementsUnheard } : job)),
    )
    this.#due = new Map()
    for (const { name, everyMs } of played) {
      const atMs = due.get(name)
      if (atMs !== undefined) this.#due.set(name, Math.max(atMs, (this.#ranAtMs.get(name) ?? -Infinity) + everyMs))
    }
  }

  dueBy(nowMs: number): string[] {
    return [...this.#due].filter(([, atMs]) => atMs <= nowMs).map(([name]) => name)
  }

  nextMs(): number {
    return Math.min(Infinity, ...this.#due.values())
  }

  ran(name: string, atMs: number): void {
    this.#ranAtMs.set(name, atMs)
    this.#due.delete(name)
  }
}
