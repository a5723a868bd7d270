import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockDirectory } from '@species/database'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { environmentOf, main, nodeOptions, untilReady } from '../processes/test-program.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const bin = fileURLToPath(new URL('../../bin/species.mjs', import.meta.url))
const serve = [process.execPath, ...nodeOptions, main, 'serve'].join(' ')
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'species-stop-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** The marketplace has ended: nobody answers, and nobody holds the directory. */
async function hasEnded(url: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await expect(fetch(`${url}/health/live`)).rejects.toThrow()
      const lock = lockDirectory(directory)
      expect(lock).toBeDefined()
      lock?.release()
    },
    { timeout: 20_000, interval: 100 },
  )
}

// Each is how a supervisor, a person or a crash ends what it has started.
it.each([
  ['SIGTERM to npm', 'npm', ['start'], {}, 'SIGTERM'],
  [
    'SIGTERM to the shell of npx',
    'sh',
    ['-c', `${process.execPath} ${bin} serve; true`],
    { npm_lifecycle_event: 'npx' },
    'SIGTERM',
  ],
  ['SIGKILL to the shell of npm', 'sh', ['-c', `${serve}; true`], { npm_lifecycle_event: 'start' }, 'SIGKILL'],
  ['SIGTERM to the program of the package', process.execPath, [bin, 'serve'], {}, 'SIGTERM'],
  ['SIGKILL to the program of the package', process.execPath, [bin, 'serve'], {}, 'SIGKILL'],
] as const)(
  '%s ends the marketplace: its ports and its lock are free',
  async (_name, file, argv, environment, signal) => {
    const { child, url } = await untilReady(file, argv, { cwd: root, env: environmentOf(directory, environment) })
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    child.kill(signal)
    await hasEnded(url)
  },
  90_000,
)
