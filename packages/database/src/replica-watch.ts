import type { Clock } from '@species/platform'
import type { Logger } from '@species/platform'
import type { Metrics } from '@species/platform'
import type { Database } from './database.ts'

export interface Replica {
  readonly name: string
  readonly database: Database
  /** Everything that the primary had acknowledged before this moment is there. */
  caughtUpAtMs: number
  usable: boolean
}

/** A moment, and how far the primary's log had come then at least. */
interface Sample {
  readonly atMs: number
  readonly lsn: bigint
}

/**
 * Measures by positions in the log and this process's own clock: a replica that has replayed what the primary had written at a
 * moment knows everything of that moment. So no clock of a server matters, and an idle primary is no lag.
 */
export class ReplicaWatch {
  readonly #primary: Database
  readonly #replicas: readonly Replica[]
  readonly #clock: Clock
  readonly #log: Logger
  readonly #metrics: Metrics
  readonly #maxLagMs: number
  readonly #graceMs: number
  #samples: Sample[] = []

  constructor(
    primary: Database,
    replicas: readonly Replica[],
    options: { clock: Clock; log: Logger; metrics: Metrics; maxLagMs: number; graceMs?: number },
  ) {
    this.#primary = primary
    this.#replicas = replicas
    this.#clock = options.clock
    this.#log = options.log
    this.#metrics = options.metrics
    this.#maxLagMs = options.maxLagMs
    this.#graceMs = options.graceMs ?? 60_000
  }

  /** Whether what this replica knows is young enough now. */
  mayRead(replica: Replica): boolean {
    const age = this.#clock.steady() - replica.caughtUpAtMs
    const isPrimaryAway = this.#clock.steady() - this.#lastSampleMs > this.#maxLagMs
    // While the primary is away nothing is written that a replica could miss.
    return replica.usable && age <= (isPrimaryAway ? this.#graceMs : this.#maxLagMs)
  }

  async round(): Promise<void> {
    const isPrimaryThere = await this.#measurePrimary().then(
      () => true,
      () => false,
    )
    await Promise.all(
      this.#replicas.map(async (replica) => {
        await this.#measure(replica).catch(() => {
          replica.caughtUpAtMs = -Infinity
        })
        const reference = isPrimaryThere ? this.#clock.steady() : this.#lastSampleMs
        const usable = reference - replica.caughtUpAtMs <= this.#maxLagMs
        if (usable !== replica.usable) this.#log.info({ replica: replica.name, usable }, 'replica of the database')
        replica.usable = usable
        const lagSeconds = (this.#clock.steady() - replica.caughtUpAtMs) / 1_000
        this.#metrics.replicaLagSeconds.set({ replica: replica.name }, lagSeconds)
      }),
    )
  }

  get #lastSampleMs(): number {
    return this.#samples.at(-1)?.atMs ?? -Infinity
  }

  async #measurePrimary(): Promise<void> {
    const atMs = this.#clock.steady()
    const [row] = await within(
      this.#primary.query<{ lsn: bigint }>(`SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint AS lsn`),
    )
    const kept = this.#samples.filter((one) => one.atMs > atMs - this.#maxLagMs - this.#graceMs).slice(-500)
    if (row) this.#samples = [...kept, { atMs, lsn: row.lsn }]
  }

  async #measure(replica: Replica): Promise<void> {
    const [row] = await within(
      replica.database.query<{ lsn: bigint | null }>(
        // One that is no standby is a primary of somebody: perhaps one that was replaced, with a log of its own.
        `SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END AS lsn`,
      ),
    )
    const lsn = row?.lsn ?? -1n
    replica.caughtUpAtMs = this.#samples.findLast((one) => one.lsn <= lsn)?.atMs ?? -Infinity
  }
}

async function within<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer in time'))
    }, 1_000)
  })
  asked.catch(() => undefined)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
