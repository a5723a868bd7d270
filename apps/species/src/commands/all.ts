import type { Command } from 'commander'
import { administrationRows } from './administration.ts'
import { type CommandRow, addRows } from './command-row.ts'
import { configRows } from './config.ts'
import { addDeadLetterCommands } from './dead-letters.ts'
import { addEventCommands } from './event.ts'
import { keyRows } from './keys.ts'
import { marketRows } from './market.ts'
import { addOperatorCommands } from './operator.ts'
import { addPeopleCommands } from './operators.ts'
import { addReceiptCommands } from './receipt.ts'
import { addServeCommands } from './serve.ts'
import { addSettingsCommands } from './settings.ts'
import { addSplitCommand } from './split.ts'
import { tradeRows } from './trade.ts'
import { addUserCommands } from './user.ts'
import { walletRows } from './wallet.ts'

/** Commands as data. */
export const rows: readonly CommandRow[] = [
  ...tradeRows,
  ...marketRows,
  ...walletRows,
  ...keyRows,
  ...administrationRows,
  ...configRows,
]

/** What a group of commands is about, for the list of commands. */
const groups: Readonly<Record<string, string>> = {
  config: 'the configuration of the marketplace',
  keys: 'the API keys of a user',
  wallet: 'addresses whose payments are a user’s',
  pool: 'the liquidity pool',
}

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
