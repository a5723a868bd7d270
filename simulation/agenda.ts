import type { Sql } from '@species/database'
import type { Job } from '@species/platform'

/**
 * When each job next has something to do, by the rows it works on. Jobs that would find nothing are not run, so that hours of
 * virtual time cost a handful of statements; the times here are never later than what the job itself takes as due.
 */
const dueTimes: Readonly<Record<string, string>> = {
  'payments-due': 'SELECT min(due_at) FROM validator.verdicts',
  'claims-uncredited': `SELECT min(claimed_at) + interval '10.001 seconds' FROM validator.claims WHERE credited_at IS NULL`,
  'claims-recheck': 'SELECT min(recheck_at) FROM validator.claims',
  'claims-vanished':
    'SELECT min(vanished_at) FROM validator.claims WHERE vanished_at IS NOT NULL AND reversed_at IS NULL',
  'deliveries-due': `SELECT min(due_at) FROM asset_manager.deliveries WHERE outcome IN ('attempted', 'waiting') AND dossier IS NOT NULL`,
  'oracle-due': `SELECT min(due_at) FROM floor_manager.verifications WHERE outcome = 'waiting'`,
  sweep: `SELECT min(next_sweep_at + CASE WHEN in_review THEN interval '300.001 seconds' ELSE interval '0' END)
    FROM marketplace_api.event_keys k WHERE ended_state IS NULL
    AND NOT EXISTS (SELECT 1 FROM runtime.dead_letters d WHERE d.key = k.event_key::text AND d.parked_at IS NOT NULL)`,
  'listings-lapsed': `SELECT min(greatest(CASE WHEN status = 'open' THEN expires_at END, lapse_announced_at + interval '10.001 seconds', created_at))
    FROM matching.listings WHERE status IN ('open', 'closing') AND units_available > 0`,
  // Those whose settlement matching has not heard of; while an event is on its way there is nothing to hear.
  'settlements-unheard': `SELECT min(m.decided_at) + interval '30.001 seconds' FROM matching.matches m
    JOIN cashier.fundings f USING (event_key) WHERE m.outcome = 'matched' AND f.outcome = 'settled'`,
}

const question = `SELECT ${Object.entries(dueTimes)
  .map(([name, query]) => `(${query}) AS "${name}"`)
  .join(', ')}, $1::timestamptz AS now`

/** The times at which jobs are due, each job no more often than it would come round. */
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
  async refresh(nowMs: number, jobs: ReadonlyMap<string, Job>): Promise<void> {
    const [row] = await this.#sql.query<Record<string, Date | null>>(question, [new Date(nowMs).toISOString()])
    this.#due = new Map()
    for (const [name, due] of Object.entries(row ?? {})) {
      const job = jobs.get(name)
      if (!job || !due || this.#without.has(name)) continue
      this.#due.set(name, Math.max(due.getTime(), (this.#ranAtMs.get(name) ?? -Infinity) + job.everyMs))
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
