import type { Database, Sql } from '@species/database'

/** Thrown where the process of a history dies. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** A process that can die before and after any statement, commit and call of a partner; once dead it does nothing more. */
export interface Mortal {
  readonly database: Database
  /** A place at which the process can die. */
  point(): void
  /** Lets the process die at the n-th place from now; it lives where there are fewer. */
  dieAt(n: number | undefined): void
  /** Waits for what the dead process had begun, all of which is rolled back, and starts another. */
  restart(): Promise<void>
}

export function mortal(database: Database): Mortal {
  let left = Infinity
  let isDead = false
  const begun = new Set<Promise<unknown>>()
  const point = (): void => {
    if (--left <= 0) isDead = true
    if (isDead) throw new Killed('the process dies here')
  }
  const watched = (sql: Sql): Sql => ({
    async query(text, parameters) {
      point()
      const rows = await sql.query<Record<string, unknown>>(text, parameters)
      point()
      return rows as never
    },
  })
  const transaction: Database['transaction'] = async (work) => {
    point()
    const running = database.transaction(async (tx) => {
      const answer = await work(watched(tx))
      point()
      return answer
    })
    const settled = running.catch(() => undefined)
    begun.add(settled)
    try {
      const answer = await running
      point()
      return answer
    } finally {
      begun.delete(settled)
    }
  }
  return {
    database: { ...database, ...watched(database), transaction },
    point,
    dieAt(n) {
      left = n ?? Infinity
    },
    async restart() {
      await Promise.all(begun)
      left = Infinity
      isDead = false
    },
  }
}
