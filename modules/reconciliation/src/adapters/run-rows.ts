import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Runs that are kept. */
const mostRuns = 10_000

/** A comparison of everything, as it is stored. */
export interface RunRow {
  readonly run: bigint
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly by: string
  readonly agrees: boolean
  readonly sections: readonly object[]
}

/** Stores a run, and forgets those that are too many. */
export async function storeRun(sql: Sql, run: Omit<RunRow, 'run'>): Promise<bigint> {
  const [row] = await sql.query<{ run: bigint }>(
    `INSERT INTO reconciliation.runs (started_at, ended_at, by_actor, agrees, sections) VALUES ($1, $2, $3, $4, $5::text::jsonb) RETURNING run`,
    [toTimestamp(run.startedAtMs), toTimestamp(run.endedAtMs), run.by, run.agrees, JSON.stringify(run.sections)],
  )
  const number = row?.run ?? 0n
  await sql.query('DELETE FROM reconciliation.runs WHERE run <= $1::bigint', [(number - BigInt(mostRuns)).toString()])
  return number
}

/** The newest runs. */
export async function newestRuns(sql: Sql, limit: number): Promise<RunRow[]> {
  const rows = await sql.query<{
    run: bigint
    started_at: Date
    ended_at: Date
    by_actor: string
    agrees: boolean
    sections: object[]
  }>(
    'SELECT run, started_at, ended_at, by_actor, agrees, sections FROM reconciliation.runs ORDER BY run DESC LIMIT $1',
    [limit],
  )
  return rows.map((row) => ({
    run: row.run,
    startedAtMs: row.started_at.getTime(),
    endedAtMs: row.ended_at.getTime(),
    by: row.by_actor,
    agrees: row.agrees,
    sections: row.sections,
  }))
}

/** How far a comparison by pages has come; an empty text at its beginning. */
export async function readPlace(sql: Sql, name: string): Promise<string> {
  const [row] = await sql.query<{ place: string }>('SELECT place FROM reconciliation.progress WHERE name = $1', [name])
  return row?.place ?? ''
}

/** Goes on from there, unless another process has gone on meanwhile. */
export async function storePlace(sql: Sql, name: string, before: string, place: string): Promise<void> {
  await sql.query(
    `INSERT INTO reconciliation.progress AS p (name, place) VALUES ($1, $3)
     ON CONFLICT (name) DO UPDATE SET place = $3 WHERE p.place = $2`,
    [name, before, place],
  )
}

/** Makes this process the one that does that work by itself, unless another is. */
export async function takeTurn(
  sql: Sql,
  name: string,
  { lease, nowMs, leaseMs }: { readonly lease: string; readonly nowMs: number; readonly leaseMs: number },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO reconciliation.progress AS p (name, place, lease, leased_until) VALUES ($4, '', $1, $2)
     ON CONFLICT (name) DO UPDATE SET lease = $1, leased_until = $2 WHERE p.lease IS NULL OR p.leased_until <= $3
     RETURNING 1 AS taken`,
    [lease, toTimestamp(nowMs + leaseMs), toTimestamp(nowMs), name],
  )
  return rows.length > 0
}

export async function endTurn(sql: Sql, name: string, lease: string): Promise<void> {
  await sql.query(
    'UPDATE reconciliation.progress SET lease = NULL, leased_until = NULL WHERE name = $2 AND lease = $1',
    [lease, name],
  )
}
