import { createHash } from 'node:crypto'

/** What happened in a history, in order. Two plays of a seed must give the same digest. */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #clock: { now(): number }
  readonly #startMs: number
  readonly lines: string[] | undefined

  /** `keep`: also remembers the lines, for a person to read. */
  constructor(clock: { now(): number }, keep: boolean) {
    this.#clock = clock
    this.#startMs = clock.now()
    this.lines = keep ? [] : undefined
  }

  note(what: string): void {
    const line = `${((this.#clock.now() - this.#startMs) / 1_000).toFixed(3)} ${what}`
    this.#hash.update(line).update('\n')
    this.lines?.push(line)
  }

  /** Ends the trace. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16)
  }
}
