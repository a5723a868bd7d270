import { createInterface } from 'node:readline/promises'
import { untilStopped } from './until-stopped.ts'

/** What surrounds a command: where it prints, who can answer it, and its environment. A test gives its own. */
export interface Terminal {
  readonly environment: Readonly<NodeJS.ProcessEnv>
  /** Standard output: the answer alone. */
  out(text: string): void
  /** Standard error: progress, questions and errors. */
  err(text: string): void
  /** Asks the person and waits for a line. Absent where no person can answer: standard input is no terminal. */
  readonly ask?: (question: string) => Promise<string>
  /** Resolves when what runs is to stop. Listens from the moment it is called. */
  untilStopped(): Promise<void>
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    environment: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    untilStopped,
    ...(process.stdin.isTTY ? { ask } : {}),
  }
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-C and the end of input are an answer too: no. Otherwise the question would wait for ever.
  const ended = new Promise<string>((resolve) => {
    lines.on('SIGINT', () => {
      lines.close()
    })
    lines.on('close', () => {
      resolve('')
    })
  })
  try {
    return (await Promise.race([lines.question(question), ended])).trim()
  } finally {
    lines.close()
  }
}
