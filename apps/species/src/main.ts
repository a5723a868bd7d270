import { Command, CommanderError } from 'commander'
import { Fault } from '@species/kernel'
import { addCommands } from './commands/all.ts'
import { explain } from './commands/output.ts'

/** Exit codes: 0 done, 1 refused or failed, 2 wrong use (DESIGN section 9). */
async function main(argv: string[]): Promise<number> {
  const program = new Command('species')
    .description('The SPECIES Marketplace: one signed event in, one signed receipt out.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('Try `species --help`.')
    .configureHelp({ showGlobalOptions: true })
  addCommands(program)
  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${explain(error)}\n`)
    return error instanceof Fault && error.code === 'invalid_settings' ? 2 : 1
  }
}

process.exitCode = await main(process.argv)
