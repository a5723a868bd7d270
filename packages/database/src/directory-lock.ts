import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Holds a directory for this process alone. The lock is the operating system's, on a file that SQLite holds exclusively: it
 * dies with the process, however that dies. Undefined: another process has it. Throws the operating system's error where the directory cannot be written.
 */
export function lockDirectory(directory: string): { release(): void } | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // SQLite would only say that it cannot open the file.
  accessSync(directory, constants.W_OK)
  const file = new DatabaseSync(join(directory, 'lock'))
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (error instanceof Error && error.message.includes('locked')) return undefined
    throw error
  }
  return {
    release() {
      file.close()
    },
  }
}
