import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

const directory = join(dirname(dirname(import.meta.dirname)), 'docs', 'runbooks')

export interface Runbook {
  readonly alert: string
  /** Under *Look*: commands that change nothing of what users have. */
  readonly look: readonly string[]
  /** Every command of the page, also those with places to fill in. */
  readonly commands: readonly string[]
}

export const runbooks: readonly Runbook[] = readdirSync(directory)
  .filter((file) => file !== 'README.md')
  .map((file) => {
    const text = readFileSync(join(directory, file), 'utf8')
    const look = /^## Look\n+```sh\n([\s\S]*?)```/m.exec(text)?.[1]?.trim().split('\n') ?? []
    const inline = [...text.matchAll(/`(npx species [^`]+)`/g)].map(([, command = '']) => command)
    return { alert: file.replace(/\.md$/, ''), look, commands: [...look, ...inline] }
  })

/** The words of a command as a shell would split them, without `npx species`. */
export function wordsOf(command: string): string[] {
  const words = command.replace(/^npx species /, '').match(/"[^"]*"|\S+/g) ?? []
  return words.map((word) => word.replace(/^"(.*)"$/, '$1'))
}

/** The command of a runbook that begins so, with its places filled in. */
export function commandOf(alert: string, begin: string, places: Readonly<Record<string, string>>): string[] {
  const commands = runbooks.find((one) => one.alert === alert)?.commands ?? []
  const found = commands.find((command) => command.startsWith(begin))
  if (found === undefined) throw new Error(`the page of ${alert} has no command ${begin}`)
  return wordsOf(found).map((word) => places[word] ?? word)
}
