import { Fault } from '@species/kernel'
import { SpeciesError } from '@species/sdk'

/** Prints for a person, or as one JSON document for a program. */
export function print(options: { json?: boolean | undefined }, value: unknown, words: string): void {
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? one.toString() : one), 2)}\n`
      : `${words}\n`,
  )
}

/** A command to try next, as it works in this shell: with the data directory that was set here. */
export function hint(command: string, dataDirectory = process.env['SPECIES_DATA_DIR']): string {
  if (dataDirectory === undefined || dataDirectory === '') return `npx species ${command}`
  const quoted = /^[\w./-]+$/.test(dataDirectory)
    ? dataDirectory
    : `'${dataDirectory.replaceAll("'", String.raw`'\''`)}'`
  return `SPECIES_DATA_DIR=${quoted} npx species ${command}`
}

/** What went wrong, whether to try again, and what to do next. */
export function explain(error: unknown): string {
  if (error instanceof SpeciesError) {
    const retry = error.retryable ? ' Trying again later may help.' : ''
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

/** One wish to stop comes several times: from the terminal, from npm, and from a parent that passes it on. */
const sameWishMs = 1_000

/** Resolves when the process is asked to stop. Who asks again later will not wait: the process ends at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined
    const asked = (): void => {
      const nowMs = performance.now()
      if (askedAtMs !== undefined && nowMs - askedAtMs > sameWishMs) process.exit(1)
      askedAtMs ??= nowMs
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, asked)
  })
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
