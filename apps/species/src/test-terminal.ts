import { run } from './commands/run.ts'
import { environmentOf } from './test-program.ts'

/** What a command told, and its exit code. */
export interface Told {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command in this process, on a data directory. With `answers` there is a terminal, at which they are given in turn. */
export async function runHere(
  directory: string,
  words: readonly string[],
  { answers, more = {} }: { answers?: readonly string[]; more?: Readonly<Record<string, string>> } = {},
): Promise<Told> {
  const told = { out: '', err: '' }
  const left = [...(answers ?? [])]
  const code = await run(words, {
    environment: environmentOf(directory, more),
    out: (text) => (told.out += text),
    err: (text) => (told.err += text),
    ...(answers && {
      ask: (question: string) => {
        told.err += question
        return Promise.resolve(left.shift() ?? '')
      },
    }),
  })
  return { code, ...told }
}
