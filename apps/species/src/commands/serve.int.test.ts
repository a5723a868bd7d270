import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const taken = createServer()
let directory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'species-serve-'))
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
})
afterEach(() => {
  taken.close()
  rmSync(directory, { recursive: true, force: true })
})

it.each([
  ['serve', 'PORT', 'SANDBOX_PORT'],
  ['serve', 'SANDBOX_PORT', 'PORT'],
  ['sandbox', 'SANDBOX_PORT', 'PORT'],
])(
  '%s ends with 1 and says why where %s is taken: nothing goes on that nobody can reach',
  async (command, name, other) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, command], {
      env: { SPECIES_DATA_DIR: directory, [name]: String((taken.address() as AddressInfo).port), [other]: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Whatever does not end by itself is ended, and has no exit code then.
      timeout: 40_000,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stderr.on('data', (chunk) => (said += String(chunk)))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(said).toContain('The port is taken')
    expect(code).toBe(1)
  },
  60_000,
)
