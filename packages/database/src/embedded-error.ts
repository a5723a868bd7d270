import { Fault } from '@species/kernel'

/** Numbers of the embedded engine's own file system (WASI), by the names that Node gives the same errors. */
const codes: Readonly<Record<number, string>> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  41: 'EMFILE',
  44: 'ENOENT',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
}

/**
 * What went wrong when the embedded engine did not start, as an error that people can act on. The engine throws objects that are no
 * errors where its files fail, and says "Aborted()" where it cannot read its own log.
 */
export function openingError(error: unknown, directory: string | undefined): Error {
  const code = fileErrorCode(error)
  if (code !== undefined)
    return Object.assign(new Error(`${code}: the embedded database`, { cause: error }), { code, path: directory })
  if (directory === undefined || !stopped(error)) return error instanceof Error ? error : new Error(String(error))
  return new Fault('database_damaged', {
    retryable: false,
    cause: error,
    publicMessage: [
      `The embedded database in ${directory} does not open: its files or its log are torn. That happens when the machine lost power or crashed, when its disk is faulty, or when files were copied while a process wrote them.`,
      'What is safe: nothing was changed by this start. Keys (master.key, keys/) and receipts that you have saved are good as they are.',
      'What to do:',
      `  1. Copy the whole data directory as it is now, so that nothing gets worse: cp -a`,
      '  2. Restore: put a copy of the whole data directory, taken while nothing ran, in its place. What was accepted after that copy is not in it.',
      '  3. Start anew, where it was play: set SPECIES_DATA_DIR to another directory.',
      'With DATABASE_URL a Postgres server keeps the data, and a power cut loses nothing there.',
    ].join('\n'),
  })
}

function fileErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error) || typeof error.errno !== 'number')
    return undefined
  return error instanceof Error ? undefined : (codes[error.errno] ?? `file system error ${error.errno}`)
}

/** The engine ends itself (a panic of Postgres), which reaches us as one of these. */
function stopped(error: unknown): boolean {
  const text = error instanceof Error ? `${error.name} ${error.message}` : JSON.stringify(error)
  return /RuntimeError|Aborted|ExitStatus|exit\(/.test(text)
}
