import { type Command, Option } from 'commander'
import { CommandCall, CommandOptions, type Given } from './command-call.ts'
import { printProposed } from './print-proposed.ts'
import { Proposed } from './proposed.ts'
import type { Terminal } from './terminal.ts'

/** `[flags, text]`, `[flags, text, default]` or `[flags, text, default, choices]`. Flags that begin with `!` are required. */
export type OptionRow = readonly [
  flags: string,
  text: string,
  byDefault?: string | undefined,
  choices?: readonly string[],
]

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
  readonly options?: readonly OptionRow[]
  /** It runs until it is stopped, and has no answer to print: it gets no `--json`. */
  readonly keepsRunning?: boolean
  /** It is meant where only the group is called. */
  readonly isDefault?: boolean
  /** Prints its answer. What it throws is explained on standard error, and the exit code is 1, or 2 for wrong use. */
  run(call: CommandCall): Promise<void>
}

/** Adds rows to the program; a group is made when its first command comes. `ended` is told the exit code of what ran. */
export function addRows(
  program: Command,
  rows: readonly CommandRow[],
  groups: Readonly<Record<string, string>>,
  { terminal, ended }: { terminal: Terminal; readonly ended: (exitCode: number) => void },
): void {
  for (const row of rows) {
    const [first = '', second] = row.name.split(' ')
    const parent = second === undefined ? program : groupOf(program, first, groups[first])
    addRow(parent, second ?? first, row).action(async (...called: unknown[]) => {
      const args = called.slice(0, -2).filter((argument) => typeof argument === 'string')
      const call = new CommandCall(args, new CommandOptions(called.at(-2) as Given), terminal)
      await runOrPropose(row, call)
      ended(call.exitCode)
    })
  }
}

/** What takes two people is proposed: the answer is then the proposal, and what it needs. */
async function runOrPropose(row: CommandRow, call: CommandCall): Promise<void> {
  try {
    await row.run(call)
  } catch (error) {
    if (!(error instanceof Proposed)) throw error
    printProposed(call, error.proposal)
  }
}

function groupOf(program: Command, name: string, description: string | undefined): Command {
  const found = program.commands.find((command) => command.name() === name)
  return found ?? withHelpOfItsOwn(program.command(name), name).description(description ?? '')
}

/** What is wrong about a call is explained by the help of the command that was called, not by that of all. */
function withHelpOfItsOwn(command: Command, name: string): Command {
  return command.showHelpAfterError(`Try \`species ${name} --help\`.`)
}

function addRow(parent: Command, name: string, row: CommandRow): Command {
  const made = parent.command(name, { isDefault: row.isDefault ?? false })
  const command = withHelpOfItsOwn(made, row.name).summary(row.summary)
  command.description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`)
  if (row.usage !== undefined) command.arguments(row.usage)
  for (const [flags, text, byDefault, choices] of row.options ?? []) {
    const isRequired = flags.startsWith('!')
    const option = new Option(isRequired ? flags.slice(1) : flags, text).makeOptionMandatory(isRequired)
    if (byDefault !== undefined) option.default(byDefault)
    if (choices !== undefined) option.choices(choices)
    command.addOption(option)
  }
  return row.keepsRunning === true ? command : command.option('--json', 'print JSON')
}
