import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const gateway = fileURLToPath(new URL('../../../gateway/', import.meta.url))
const packages = fileURLToPath(new URL('../../../../packages/', import.meta.url))
const lockFile = fileURLToPath(new URL('../../../../package-lock.json', import.meta.url))

/** What the build reads of this repository, beside the installed packages. */
const sources = [
  ...['src', 'next.config.ts', 'postcss.config.mjs'].map((name) => join(gateway, name)),
  ...['sdk', 'kernel', 'contracts'].map((name) => join(packages, name, 'src')),
  lockFile,
]

const passed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot'] as const

/** The environment of everything that runs Next: none of our secrets is in it, and it reports to no one. */
export const pagesEnvironment = (build: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  SPECIES_PAGES_BUILD: build,
})

/** The folder of the build that belongs to the sources as they are, below the gateway's. */
export function buildOfNow(): string {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of filesIn(source))
      hash
        .update(`${relative(gateway, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  return join('.next', hash.digest('hex').slice(0, 16))
}

export function isBuilt(build: string): boolean {
  return existsSync(markOf(build))
}

/** Builds the pages at low priority, so that trading goes before. Other builds are removed once this one is there. */
export function startBuild(build: string): { child: ChildProcess; done: Promise<void> } {
  const next = createRequire(join(gateway, 'package.json')).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: gateway,
    env: pagesEnvironment(build),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) setPriority(child.pid, 10)
  const done = new Promise<void>((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4_000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code !== 0) {
        reject(new Error(`"next build" ended with ${String(code ?? signal)}:\n${said}`))
        return
      }
      writeFileSync(markOf(build), '')
      removeOthers(build)
      resolve()
    })
  })
  return { child, done }
}

/** Written last: a build that was cut short has none. */
function markOf(build: string): string {
  return join(gateway, build, 'species-complete')
}

function removeOthers(build: string): void {
  const folder = join(gateway, '.next')
  for (const name of readdirSync(folder))
    if (join('.next', name) !== build) rmSync(join(folder, name), { recursive: true, force: true })
}

/** The file, or all below the folder but tests, in an order that is always the same. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
