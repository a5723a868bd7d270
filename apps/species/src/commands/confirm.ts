import type { Terminal } from './terminal.ts'
import { wrongUse } from './wrong-use.ts'

/** Asks before something is sent. Where no person can answer, the caller must say `--yes`. */
export async function confirmed({ ask }: Terminal, question: string): Promise<boolean> {
  if (!ask)
    throw wrongUse(
      'Cannot ask for confirmation: standard input is not a terminal. Add --yes to send. Nothing was sent.',
    )
  return /^y(?:es)?$/i.test(await ask(`${question} [y/N] `))
}
