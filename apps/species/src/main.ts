import { run } from './commands/run.ts'
import { processTerminal } from './commands/terminal.ts'
import { endWithParent } from './processes/end-with-parent.ts'

endWithParent()
process.exitCode = await run(process.argv.slice(2), processTerminal())
