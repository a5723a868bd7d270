import type { Clock } from '@species/platform'
import type { Job } from '@species/platform'
import type { Database } from './database.ts'

const maxLogBytes = 64n * 1024n * 1024n
const maxAgeMs = 5 * 60_000

/**
 * The embedded engine has no background process that checkpoints: without this its log grows without bound and a start
 * replays all of it.
 */
export function checkpointJob(database: Database, clock: Clock): Job {
  let last = { lsn: '0/0', atMs: clock.steady() }
  return {
    name: 'checkpoint',
    everyMs: 5_000,
    async run() {
      const [row] = await database.query<{ lsn: string; grown: bigint }>(
        `SELECT pg_current_wal_lsn()::text AS lsn, pg_wal_lsn_diff(pg_current_wal_lsn(), $1::text::pg_lsn)::bigint AS grown`,
        [last.lsn],
      )
      if (!row) return
      const due = row.grown > maxLogBytes || (row.grown > 0n && clock.steady() - last.atMs > maxAgeMs)
      if (last.lsn !== '0/0' && !due) return
      if (last.lsn !== '0/0') await database.query('CHECKPOINT')
      last = { lsn: row.lsn, atMs: clock.steady() }
    },
  }
}
