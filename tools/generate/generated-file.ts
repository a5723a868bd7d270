import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file that a tool writes. Do not edit it: `npm run generate` overwrites it. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
}

export function isFresh(root: string, file: GeneratedFile): boolean {
  const path = join(root, file.path)
  return existsSync(path) && readFileSync(path, 'utf8') === file.content
}

export function write(root: string, file: GeneratedFile): void {
  const path = join(root, file.path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, file.content)
}
