import { Command, CommanderError } from 'commander'
import { Fault } from '@species/kernel'
import { addCommands } from './commands/all.ts'
import { explain } from './commands/output.ts'
import { endWithParent } from './processes/end-with-parent.ts'

/** Exit codes: 0 done, 1 refused or failed, 2 wrong use. */
async function main(argv: string[]): Promise<number> {
  const program = new Command('species')
    .description('The SPECIES Marketplace: one signed event in, one signed receipt out.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('Try `species --help`.')
    .configureHelp({ showGlobalOptions: true })
  addCommands(program)
  const unknown = unknownCommand(program, argv.slice(2))
  if (unknown !== undefined) {
    process.stderr.write(`There is no command ${unknown}. Try \`species --help\`.\n`)
    return 2
  }
  endWithParent()
  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${explain(error)}\n`)
    return error instanceof Fault && error.code === 'invalid_settings' ? 2 : 1
  }
}

/** The words of a command that there is not: `--help` behind it must not pass for an answer about it. */
function unknownCommand(program: Command, words: readonly string[]): string | undefined {
  let group = program
  const path: string[] = []
  for (const word of words) {
    if (group.commands.length === 0 || word.startsWith('-')) return undefined
    path.push(word)
    const found = group.commands.find((command) => command.name() === word || command.aliases().includes(word))
    if (found === undefined) return word === 'help' ? undefined : path.join(' ')
    group = found
  }
  return undefined
}

process.exitCode = await main(process.argv)
