import { assert } from '@species/kernel'
import type { Sql } from '@species/database'
import { type Clock, sharedFor, toTimestamp } from '@species/platform'

/** What is deleted by its age is judged by this time alone. */
export interface RetentionClock {
  /**
   * Unix milliseconds, never ahead of the process's clock, of the database server's, and of the steady time that passed since the stored
   * mark. It may lie behind them: what is kept too long does no harm. While no process runs it stands still.
   */
  now(): Promise<number>
}

/** An answer may be this old: it is only too early then. */
const answerMs = 30_000

/**
 * A clock that was set forward, as by a wrong time server, cannot be told from one that is right after a long stop. So time is counted
 * from a mark in the database, and only while a process runs: no jump deletes anything. All processes move one mark. Each adds what has
 * passed since it read the mark and never adds that twice, so that two of them do not make time run twice as fast.
 */
export function createRetentionClock({ database, clock }: { database: Sql; clock: Clock }): RetentionClock {
  let read: { readonly markMs: number; readonly steadyMs: number } | undefined
  const moveMark = async (): Promise<number> => {
    const reachedMs = read && Math.floor(read.markMs + clock.steady() - read.steadyMs)
    const [row] = await database.query<{ at: Date }>(
      `INSERT INTO runtime.retention_clock AS c (at) VALUES (LEAST($1::timestamptz, clock_timestamp()))
       ON CONFLICT (id) DO UPDATE SET at = LEAST(excluded.at, GREATEST(c.at, $2::timestamptz)) RETURNING at`,
      [toTimestamp(clock.now()), reachedMs === undefined ? null : toTimestamp(reachedMs)],
    )
    assert(row !== undefined, 'the mark is returned')
    const markMs = row.at.getTime()
    if (markMs !== reachedMs) read = { markMs, steadyMs: clock.steady() }
    return markMs
  }
  const recent = sharedFor(answerMs, moveMark, () => clock.steady())
  return { now: async () => Math.min(await recent(), clock.now()) }
}
