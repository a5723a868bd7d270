import type { DueTimes, Job } from '@species/platform'
import type { Sql } from './database.ts'

/** Asks for the due times of all these jobs in one statement. A job that is never due is left out. */
export async function readDueTimes(
  sql: Sql,
  jobs: Iterable<Pick<Job, 'name' | 'due'>>,
): Promise<ReadonlyMap<string, number>> {
  const named = [...jobs].filter(({ due }) => due !== undefined)
  if (named.length === 0) return new Map()
  const columns = named.map(({ name, due }) => `(${due}) AS "${name}"`)
  const [row] = await sql.query<Record<string, Date | null>>(`SELECT ${columns.join(', ')}`)
  return new Map(Object.entries(row ?? {}).flatMap(([name, due]) => (due === null ? [] : [[name, due.getTime()]])))
}

/**
 * Due times for {@link startJobs}. `writes` counts the writes of all who use the database, where this process is the only one;
 * without it other processes may have written, and the rows are asked each time.
 */
export function createDueTimes(sql: Sql, jobs: readonly Job[], writes?: () => number): DueTimes {
  let seen = -1
  return {
    hasChanged: () => writes === undefined || writes() !== seen,
    async read() {
      if (writes) seen = writes()
      return await readDueTimes(sql, jobs)
    },
  }
}
