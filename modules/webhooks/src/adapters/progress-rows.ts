import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Up to when something is known to have been done, in Unix ms; undefined before the first note. */
export async function progressOf(sql: Sql, name: string): Promise<number | undefined> {
  const [row] = await sql.query<{ at: Date }>('SELECT at FROM webhooks.progress WHERE name = $1', [name])
  return row?.at.getTime()
}

export async function noteProgress(sql: Sql, name: string, atMs: number): Promise<void> {
  await sql.query(
    `INSERT INTO webhooks.progress (name, at) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET at = GREATEST(webhooks.progress.at, excluded.at)`,
    [name, toTimestamp(atMs)],
  )
}
