import type { Database } from './database.ts'

/** Whether the server said that its disk is full: SQLSTATE 53100, or what the operating system told the embedded one. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return code === '53100' || code === 'ENOSPC' || error.message.includes('No space left on device')
}

/** A database, and what is known of its disk. */
export interface WatchedDisk {
  /** The same database; what it says of its disk is noticed. */
  readonly database: Database
  /** Whether a write was refused for lack of room, and there is still none. Throws what the database throws. */
  isFull(): Promise<boolean>
}

/**
 * Notices that a write found no room. From then on some room is taken and given back before the disk counts as well again, because
 * small writes may still succeed on a full one.
 */
export function watchDisk(database: Database): WatchedDisk {
  let wasFull = false
  const noticing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      wasFull ||= isDiskFull(error)
      throw error
    }
  }
  return {
    database: {
      engine: database.engine,
      query: (text, parameters) => noticing(() => database.query(text, parameters)),
      transaction: (work) => noticing(() => database.transaction(work)),
      script: (text) => noticing(() => database.script(text)),
      close: () => database.close(),
    },
    async isFull() {
      if (wasFull) wasFull = !(await hasRoom(database))
      return wasFull
    },
  }
}

/** Some 700 KB, which no page that happens to be free has room for. */
async function hasRoom(database: Database): Promise<boolean> {
  const undo = new Error('given back')
  try {
    return await database.transaction(async (tx) => {
      await tx.query('CREATE TABLE runtime.room AS SELECT n FROM generate_series(1, 20000) AS n')
      throw undo
    })
  } catch (error) {
    if (error === undo) return true
    if (isDiskFull(error)) return false
    throw error
  }
}
