import { isTransient } from '@species/platform'
import type { Clock } from '@species/platform'
import type { Logger } from '@species/platform'
import type { Metrics } from '@species/platform'
import type { Database, Sql } from './database.ts'
import { parsePostgresAddress } from './postgres-address.ts'
import { isReadOnly } from './postgres-lane.ts'
import { openPostgres } from './postgres.ts'
import { type Replica, ReplicaWatch } from './replica-watch.ts'

const everyMs = 250
/** A page must not wait for a replica that hangs: the primary has it too. */
const replicaTimeoutMs = 2_000

export interface ReplicaOptions {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Logger
  /** What a replica answers is at most this old; one that cannot promise it is left out. */
  readonly maxLagMs: number
  /** While the primary is away nothing new can be read anywhere: so long a replica that was near it goes on alone. */
  readonly graceMs?: number
  readonly poolSize?: number
}

/**
 * Reads for pages, never for a decision: from a replica that is near enough, or from the primary where none is. Whoever must
 * see a write that is younger than `maxLagMs` asks the primary.
 */
export interface Replicas extends Sql {
  readonly maxLagMs: number
  close(): Promise<void>
}

/** Opens the replicas and goes on measuring them until they are closed. Comes back at once: none of them is needed. */
export function openReplicas(primary: Database, urls: readonly string[], options: ReplicaOptions): Replicas {
  const replicas = urls.map((url): Replica => ({
    name: parsePostgresAddress(url)
      .hosts.map(({ host, port }) => `${host}:${port}`)
      .join(','),
    database: openPostgres(url, {
      poolSize: options.poolSize ?? 4,
      statementTimeoutMs: replicaTimeoutMs,
      readOnly: true,
    }),
    caughtUpAtMs: -Infinity,
    usable: false,
  }))
  const watch = new ReplicaWatch(primary, replicas, options)
  const rounds = every(everyMs, () => watch.round())
  let next = 0
  const pick = (): Replica | undefined => {
    for (let tried = 0; tried < replicas.length; tried++) {
      const replica = replicas[next++ % replicas.length]
      if (replica && watch.mayRead(replica)) return replica
    }
    return undefined
  }
  return {
    maxLagMs: options.maxLagMs,
    async query(text, parameters) {
      const replica = pick()
      if (!replica) return await primary.query(text, parameters)
      try {
        return await replica.database.query(text, parameters)
      } catch (error) {
        // A write that went astray must not be done elsewhere either.
        if (!isTransient(error) || isReadOnly(error)) throw error
        replica.usable = false
        return await primary.query(text, parameters)
      }
    },
    async close() {
      await rounds.stop()
      await Promise.all(replicas.map(({ database }) => database.close()))
    },
  }
}

/** Runs again and again, a pause after each, until it is stopped. */
function every(ms: number, run: () => Promise<void>): { stop(): Promise<void> } {
  const stopped = Promise.withResolvers<'stopped'>()
  let going = true
  const loop = async (): Promise<void> => {
    while (going) {
      await run()
      await Promise.race([new Promise((resolve) => setTimeout(resolve, ms).unref()), stopped.promise])
    }
  }
  const done = loop()
  return {
    async stop() {
      going = false
      stopped.resolve('stopped')
      await done
    },
  }
}
