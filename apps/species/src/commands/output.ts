import { Fault } from '@species/kernel'
import { SpeciesError } from '@species/sdk'

/** A command to try next, as it works in a shell in which SPECIES_DATA_DIR is `dataDirectory`. */
export function hint(command: string, dataDirectory: string | undefined): string {
  if (dataDirectory === undefined || dataDirectory === '') return `npx species ${command}`
  const quoted = /^[\w./-]+$/.test(dataDirectory)
    ? dataDirectory
    : `'${dataDirectory.replaceAll("'", String.raw`'\''`)}'`
  return `SPECIES_DATA_DIR=${quoted} npx species ${command}`
}

/** What went wrong, whether to try again, and what to do next. */
export function explain(error: unknown): string {
  if (error instanceof SpeciesError) {
    // Many details say what to do, and so whether to try again.
    const retry = error.retryable && !/\bagain\b/i.test(error.detail) ? ' Trying again later may help.' : ''
    return `${error.code}: ${error.detail}${retry}${error.requestId === undefined ? '' : ` (${error.requestId})`}`
  }
  if (error instanceof Fault) return error.publicMessage
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
    const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
    return ('code' in error && explainCode(String(error.code), error.message, path)) || `${error.message}${cause}`
  }
  return String(error)
}

/** What the operating system's own codes mean here; undefined: nothing that its message does not say. */
function explainCode(code: string, message: string, path: string | undefined): string | undefined {
  const where = path ?? 'the data directory'
  switch (code) {
    case 'EADDRINUSE':
      return `The port is taken (${message}). Set PORT and SANDBOX_PORT to free ones, or stop the other process. The sandbox takes SANDBOX_PORT and the port after it.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk is full: ${where} could not be written (${code}). Nothing that was accepted is lost. Make room, and start again.`
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return `${where} cannot be written (${code}): it is read-only, or belongs to another user. Change that, or set SPECIES_DATA_DIR to a directory of yours.`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${where} is not a directory, or lies below a file (${code}). Set SPECIES_DATA_DIR to a directory.`
    case 'ENOENT':
      // So says a read-only file system of a directory below it.
      return message.includes(', mkdir')
        ? `${where} could not be made: the place is read-only or not there. Set SPECIES_DATA_DIR to a directory of yours.`
        : undefined
    default:
      return undefined
  }
}
