import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const root = dirname(dirname(import.meta.dirname))

/** Every file of the repository: what git tracks, and what it would if it were added. */
function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  // git still lists what was deleted and not yet committed.
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

const binary = /\.(png|jpe?g|gif|ico|webp|woff2?|pdf|wasm|gz|zip)$/

/** The files that people write: no binaries, no generated code, no lock file. */
export function writtenFiles(extension = ''): string[] {
  return repositoryFiles().filter(
    (path) =>
      path.endsWith(extension) && !binary.test(path) && !path.includes('/gen/') && !path.endsWith('package-lock.json'),
  )
}

/** Each line of `content` that matches, as `path:line: text`. */
export function linesMatching(path: string, content: string, pattern: RegExp): string[] {
  return content
    .split('\n')
    .flatMap((text, index) => (pattern.test(text) ? [`${path}:${index + 1}: ${text.trim()}`] : []))
}
