import { createInterface } from 'node:readline/promises'
import { wrongUse } from './wrong-use.ts'

/** Asks at the terminal and waits for a line. Questions go to standard error, so that standard output is the answer alone. */
export async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw wrongUse('Nobody can answer here: standard input is no terminal. Nothing was sent.')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}

/** Asks before something is sent. Where nobody can answer it has to be said with `--yes`. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw wrongUse('Nobody can confirm here: standard input is no terminal. Add --yes to send. Nothing was sent.')
  return /^y(?:es)?$/i.test(await ask(`${question} [y/N] `))
}
