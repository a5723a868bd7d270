import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import type { GeneratedFile } from './generated-file.ts'

/** The code that buf makes of the .proto files. Local plugins only: it needs no network. */
export function generateProto(root: string): GeneratedFile[] {
  const target = mkdtempSync(join(tmpdir(), 'species-proto-'))
  try {
    runBuf(root, target)
    return filesBelow(target).map((path) => ({
      path: relative(target, path).replaceAll('\\', '/'),
      content: readFileSync(path, 'utf8'),
    }))
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

function runBuf(root: string, target: string): void {
  const programs = join(root, 'node_modules', '.bin')
  const result = spawnSync(join(programs, 'buf'), ['generate', '--output', target], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` },
  })
  if (result.status !== 0) throw new Error(`buf generate failed: ${result.error?.message ?? result.stderr}`)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
