import { Command, CommanderError } from 'commander'
import { Fault } from '@species/kernel'
import { version } from '../version.ts'
import { addCommands } from './all.ts'
import { explain } from './output.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command. Answers its exit code: 0 done, 1 refused or failed, 2 wrong use.
 * `words` are those after the program's name.
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0
  const program = new Command('species')
    .description('The SPECIES Marketplace: one signed event in, one signed receipt out.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('Try `species --help`.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text)
      },
      writeErr: (text) => {
        terminal.err(text)
      },
    })
  addCommands(program, {
    terminal,
    ended: (code) => {
      exitCode = code
    },
  })
  const unknown = unknownCommand(program, words)
  if (unknown !== undefined) {
    terminal.err(`There is no command ${unknown}. Try \`species --help\`.\n`)
    return 2
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(`${explain(error)}\n`)
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
