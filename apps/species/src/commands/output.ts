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

/** What went wrong, whether to try again, and what to do next. */
export function explain(error: unknown): string {
  if (error instanceof SpeciesError) {
    const retry = error.retryable ? ' Trying again later may help.' : ''
    return `${error.code}: ${error.detail}${retry}${error.requestId === undefined ? '' : ` (${error.requestId})`}`
  }
  if (error instanceof Fault) return error.publicMessage
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return 'code' in error && error.code === 'EADDRINUSE'
      ? `The port is taken (${error.message}). Set PORT and SANDBOX_PORT to free ones, or stop the other process.`
      : `${error.message}${cause}`
  }
  return String(error)
}

/** Resolves when somebody asks the process to stop. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve()
      })
  })
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
