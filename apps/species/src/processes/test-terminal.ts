import { run } from '../commands/run.ts'
import type { Terminal } from '../commands/terminal.ts'
import { environmentOf } from './test-program.ts'

/** What a command told, and its exit code. */
export interface Told {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Around {
  /** With them there is a terminal, at which they are given in turn. */
  readonly answers?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs one command in this process, on a data directory. */
export async function runHere(directory: string, words: readonly string[], around: Around = {}): Promise<Told> {
  const told = { out: '', err: '' }
  const left = [...(around.answers ?? [])]
  const code = await run(words, {
    environment: environmentOf(directory, around.environment),
    out: (text) => (told.out += text),
    err: (text) => (told.err += text),
    untilStopped: () => Promise.reject(new Error(`${words.join(' ')} would not end`)),
    ...(around.answers && {
      ask: (question: string) => {
        told.err += question
        return Promise.resolve(left.shift() ?? '')
      },
    }),
  })
  return { code, ...told }
}

/** A marketplace that this process serves, until it is stopped. */
export async function serveHere(
  directory: string,
  word: 'serve' | 'start' = 'serve',
  environment: Readonly<Record<string, string>> = {},
): Promise<{ url: string; stop: () => Promise<number> }> {
  let said = ''
  const stopping = Promise.withResolvers<undefined>()
  const ready = Promise.withResolvers<string>()
  const print = (text: string): void => {
    said += text
    const [, url] = /^ready (http:\S+)/m.exec(said) ?? []
    if (url !== undefined) ready.resolve(url)
  }
  const terminal: Terminal = {
    environment: environmentOf(directory, { SPECIES_LOG_LEVEL: 'error', ...environment }),
    out: print,
    err: print,
    untilStopped: () => stopping.promise,
  }
  const ended = run([word], terminal)
  const early = ended.then(() => {
    throw new Error(`it ended before it was ready: ${said}`)
  })
  early.catch(() => undefined)
  const url = await Promise.race([ready.promise, early])
  return {
    url,
    stop: async () => {
      stopping.resolve(undefined)
      return await ended
    },
  }
}
