import type { Command } from 'commander'
import { type CommandRow, addRows } from './command-row.ts'
import { addDeadLetterCommands } from './dead-letters.ts'
import { addEventCommands } from './event.ts'
import { addOperatorCommands } from './operator.ts'
import { addPeopleCommands } from './operators.ts'
import { addReceiptCommands } from './receipt.ts'
import { addServeCommands } from './serve.ts'
import { addSettingsCommands } from './settings.ts'
import { addSplitCommand } from './split.ts'
import { addUserCommands } from './user.ts'

/** Commands as data. */
const rows: readonly CommandRow[] = []

/** What a group of commands is about, for the list of commands. */
const groups: Readonly<Record<string, string>> = {}

/** Every command of the program. */
export function addCommands(program: Command): void {
  addServeCommands(program)
  addSplitCommand(program)
  addUserCommands(program)
  addEventCommands(program)
  addReceiptCommands(program)
  addOperatorCommands(program)
  addPeopleCommands(program)
  addDeadLetterCommands(program)
  addSettingsCommands(program)
  addRows(program, rows, groups)
}
