import type { Database, Sql } from './database.ts'
import { parsePostgresAddress } from './postgres-address.ts'
import { createConnector } from './postgres-connector.ts'
import { Lane } from './postgres-lane.ts'
import { LanePool } from './postgres-pool.ts'
import { failure } from './postgres-socket.ts'

/**
 * Statements are prepared, and a plan once made is kept: one that was made while a table was new and small must still be right
 * when it holds millions of rows. All that is hot is found by key, so whole tables are read only where nothing else is possible;
 * what is kept fits in memory or lies on a disk that seeks for nothing.
 */
export const planning = { enable_seqscan: 'off', random_page_cost: '1.1', jit: 'off' } as const

export interface PostgresOptions {
  readonly poolSize: number
  /** The longest that a statement may take. Undefined: no bound, as maintenance needs it. */
  readonly statementTimeoutMs?: number
  /**
   * How long a server that was asked something may say nothing before its connection is given up; two seconds more than a
   * statement may take, where nothing else is said.
   */
  readonly silenceMs?: number
  /** Every transaction refuses to write: for a standby, and for reads that must stay reads. */
  readonly readOnly?: boolean
}

/**
 * A pool of connections to a Postgres server, or to whichever of several hosts is the primary now: after a failover the next
 * connection finds the new one, and ends those to the old one; a connection that is told "read-only" is given up with all its
 * neighbours. Nothing is asked twice by itself: a statement whose connection broke fails with an error that `isTransient` knows, and may have been
 * done.
 */
export function openPostgres(url: string, options: PostgresOptions): Database {
  const address = parsePostgresAddress(url)
  const connector = createConnector(address)
  const { statementTimeoutMs } = options
  const silenceMs = options.silenceMs ?? (statementTimeoutMs === undefined ? undefined : statementTimeoutMs + 2_000)
  const make = (): Lane =>
    new Lane({
      address,
      connect: () => connector.open(),
      session: sessionOf(options),
      silenceMs,
      onGone: (lane, reason) => {
        connector.forget()
        pool.gone(lane, reason)
      },
    })
  const pool = new LanePool({
    size: options.poolSize,
    make,
    silenceMs,
    onSilent: () => {
      connector.look()
    },
  })
  const withLane = async <T>(work: (lane: Lane) => Promise<T>): Promise<T> => {
    const taken = pool.take(false)
    const lane = taken instanceof Lane ? taken : await taken
    try {
      return await work(lane)
    } finally {
      pool.release(lane)
    }
  }
  return {
    engine: 'postgres',
    query: (text, parameters) => withLane((lane) => lane.run(text, parameters)) as never,
    transaction: (work) => inTransaction(pool, work),
    script: async (text) => {
      await withLane((lane) => lane.script(text))
    },
    close: () => pool.end(),
  }
}

/**
 * One transaction on a connection of its own. BEGIN goes out together with the first statements instead of before them: a
 * round trip less for each batch. Where BEGIN itself fails, what went out with it has been done and stays: so no transaction starts
 * with a write; whatever comes after a first answer is refused. A connection that breaks rejects whatever waits on it, and the server rolls back.
 */
async function inTransaction<T>(pool: LanePool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const lane = await pool.take(true)
  let isOpen = true
  const tx: Sql = {
    query: (text, parameters) =>
      isOpen ? (lane.run(text, parameters) as never) : Promise.reject(new Error('this transaction has ended')),
  }
  try {
    const begun = lane.run('BEGIN')
    // Before the answer to anything that was asked later is heard: what follows would be committed by itself.
    begun.catch(() => {
      isOpen = false
    })
    const [result] = await Promise.all([work(tx), begun])
    isOpen = false
    // A COMMIT of a transaction in which a statement failed answers ROLLBACK and no error.
    const { command } = await lane.run('COMMIT')
    if (command !== 'COMMIT') throw failure('25P02', 'the transaction was rolled back: a statement of it had failed')
    return result
  } catch (error) {
    isOpen = false
    if (!lane.isGone) await lane.run('ROLLBACK').catch(dropping(lane))
    throw error
  } finally {
    pool.release(lane)
  }
}

const dropping =
  (lane: Lane) =>
  (error: unknown): void => {
    lane.drop(error as Error)
  }

function sessionOf({ statementTimeoutMs, readOnly }: PostgresOptions): Record<string, string | number> {
  return {
    ...planning,
    // A commit whose wait for the standby was cancelled is told of by a warning, whatever the role's own setting is.
    client_min_messages: 'notice',
    ...(readOnly === true ? { default_transaction_read_only: 'on' } : {}),
    ...(statementTimeoutMs === undefined
      ? {}
      : {
          statement_timeout: statementTimeoutMs,
          // Shorter, so that to wait for a lock, which passes by itself, is told apart from a statement that takes too long.
          lock_timeout: Math.ceil(statementTimeoutMs * 0.8),
          // A process that was stopped inside a transaction must not keep its locks from its replacement.
          idle_in_transaction_session_timeout: Math.min(statementTimeoutMs, 10_000),
        }),
  }
}
