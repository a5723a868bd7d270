import { type Connection, connect } from './connect.ts'
import { hint } from './output.ts'
import { withProposals } from './proposed.ts'
import type { Terminal } from './terminal.ts'

export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** One call of a command: what it was given, and how it answers. */
export class CommandCall {
  readonly args: readonly string[]
  readonly options: CommandOptions
  readonly terminal: Terminal
  /** 0: done; 1: refused or failed. What the command throws decides otherwise. */
  exitCode = 0
  constructor(args: readonly string[], options: CommandOptions, terminal: Terminal) {
    this.args = args
    this.options = options
    this.terminal = terminal
  }

  /** Prints the answer: for a person, or as one JSON document for a program. */
  print(value: unknown, words: string): void {
    const withBigints = (_key: string, one: unknown): unknown => (typeof one === 'bigint' ? one.toString() : one)
    this.terminal.out(`${this.options.json ? JSON.stringify(value, withBigints, 2) : words}\n`)
  }

  /** Prints a line beside the answer. */
  note(line: string): void {
    this.terminal.err(`${line}\n`)
  }

  /** A command to try next, as it works in this shell. */
  hint(command: string): string {
    return hint(command, this.terminal.environment['SPECIES_DATA_DIR'])
  }

  /** Works over a connection that signs with this key, and closes it whatever happens. Throws {@link Proposed} where another person must approve. */
  async over<T>(keyName: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connect(keyName, this.terminal)
    try {
      return await work({ ...connection, client: withProposals(connection.client) })
    } finally {
      await connection.close()
    }
  }
}

/** Options by name, in camel case; text where they take a value, otherwise true. */
export class CommandOptions {
  readonly json: boolean
  readonly #given: Given
  constructor(given: Given) {
    this.#given = given
    this.json = given['json'] === true
  }
  text(name: string): string | undefined {
    const value = this.#given[name]
    return typeof value === 'string' ? value : undefined
  }
  /** Of an option that is required or has a default. */
  needed(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new Error(`the row of this command does not require --${name}`)
    return value
  }
  /** Of an option that can be given several times. */
  many(name: string): readonly string[] {
    const value = this.#given[name]
    return Array.isArray(value) ? (value as readonly string[]) : []
  }
  has(name: string): boolean {
    return this.#given[name] === true
  }
}
