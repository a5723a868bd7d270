import type { Command } from 'commander'

type Given = Readonly<Record<string, string | boolean | undefined>>

/** One command, as data: dispatch and `--help` are both made from it. */
export interface CommandRow {
  /** The words that call it: `halt`, or `config get` for a command of a group. */
  readonly name: string
  /** Its arguments, as help shows them: `<needed> [optional]`. */
  readonly usage?: string
  /** One line of the list of commands. */
  readonly summary: string
  /** What else a reader of its `--help` needs: effects, defaults, examples. */
  readonly details?: string
  /** `[flags, text]` or `[flags, text, default]`; `--json` is added to every command. Flags that begin with `!` are required. */
  readonly options?: readonly (readonly [flags: string, text: string, byDefault?: string])[]
  /** Prints its answer. What it throws is explained on standard error, and the exit code is 1, or 2 for wrong use. */
  run(call: CommandCall): Promise<void>
}

export interface CommandCall {
  readonly args: readonly string[]
  readonly options: CommandOptions
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
  has(name: string): boolean {
    return this.#given[name] === true
  }
}

/** Adds rows to the program; a group is made when its first command comes, unless it is there already. */
export function addRows(
  program: Command,
  rows: readonly CommandRow[],
  groups: Readonly<Record<string, string>> = {},
): void {
  for (const row of rows) {
    const [first = '', second] = row.name.split(' ')
    const parent = second === undefined ? program : groupOf(program, first, groups[first])
    addRow(parent, second ?? first, row)
  }
}

function groupOf(program: Command, name: string, description: string | undefined): Command {
  const found = program.commands.find((command) => command.name() === name)
  return found ?? program.command(name).description(description ?? '')
}

function addRow(parent: Command, name: string, row: CommandRow): void {
  const command = parent.command(name).summary(row.summary)
  command.description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`)
  if (row.usage !== undefined) command.arguments(row.usage)
  for (const [flags, text, byDefault] of row.options ?? []) {
    if (flags.startsWith('!')) command.requiredOption(flags.slice(1), text, byDefault)
    else command.option(flags, text, byDefault)
  }
  command.option('--json', 'print JSON')
  command.action(async (...called: unknown[]) => {
    const args = called.slice(0, -2).filter((argument) => typeof argument === 'string')
    await row.run({ args, options: new CommandOptions(called.at(-2) as Given) })
  })
}
