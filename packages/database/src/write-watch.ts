import type { Database } from './database.ts'

/** SQLSTATE disk_full. */
const diskFull = '53100'

export interface WriteWatch {
  /** The same database; what its writes meet is noted. */
  readonly database: Database
  /**
   * Why writes fail, in words for anybody; undefined: the last that is known is that they do not. While the disk was full it is tried
   * again each time, with a write that needs new room and is rolled back.
   */
  readonly whyNoWrites: () => Promise<string | undefined>
  /** How many statements and transactions that may have written have ended. */
  readonly writes: () => number
}

/**
 * Counts writes, and notes when the disk of the database is full: reads go on then, and a process that only reads to see whether it is
 * ready says yes.
 */
export function watchWrites(database: Database): WriteWatch {
  let isFull = false
  let ended = 0
  const noting = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (codeOf(error) === diskFull) isFull = true
      throw error
    }
  }
  const writing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await noting(work)
    } finally {
      ended++
    }
  }
  return {
    writes: () => ended,
    database: {
      engine: database.engine,
      query: (text, parameters) => (isRead(text) ? noting : writing)(database.query(text, parameters)),
      transaction: (work) => writing(database.transaction(work)),
      script: (text) => writing(database.script(text)),
      close: () => database.close(),
    },
    async whyNoWrites() {
      if (!isFull) return undefined
      isFull = !(await takesWrites(database))
      return isFull ? 'The disk of the database is full: nothing can be written until there is room.' : undefined
    },
  }
}

/** A statement of which all can see that it only reads; one that begins with WITH may write. */
const isRead = (text: string): boolean => /^\s*SELECT\b/i.test(text)

const taken = new Error('the write was taken; it is rolled back')

async function takesWrites(database: Database): Promise<boolean> {
  try {
    await database.transaction(async (tx) => {
      await tx.query(
        `CREATE TABLE runtime.write_probe AS SELECT repeat('x', 1000) AS filling FROM generate_series(1, 200)`,
      )
      throw taken
    })
    return false
  } catch (error) {
    return error === taken
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
