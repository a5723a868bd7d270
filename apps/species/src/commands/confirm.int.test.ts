import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentOf, main, nodeOptions } from '../processes/test-program.ts'
import { runHere, serveHere } from '../processes/test-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'species-confirm-'))
let server: Awaited<ReturnType<typeof serveHere>>
beforeAll(async () => {
  server = await serveHere(directory, 'start')
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** The program of util-linux runs a command at a pseudo-terminal of its own. */
const hasPseudoTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

/** Runs a command at a pseudo-terminal, and types `keys` when it asks. */
async function atPseudoTerminal(
  words: readonly string[],
  keys: string,
): Promise<{ code: number | null; said: string }> {
  const line = [process.execPath, ...nodeOptions, main, ...words].join(' ')
  const child = spawn('script', ['-qec', line, '/dev/null'], { env: environmentOf(directory, { SHELL: '/bin/sh' }) })
  let said = ''
  child.stdout.on('data', (chunk) => {
    const before = said.includes('[y/N]')
    said += String(chunk)
    if (!before && said.includes('[y/N]')) child.stdin.write(keys)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

it.skipIf(!hasPseudoTerminal).each([
  ['yes', 'y\r', 0, 'COMPLETED'],
  ['Enter alone', '\r', 1, 'Nothing was sent.'],
  ['Ctrl-D', '\u0004', 1, 'Nothing was sent.'],
  ['Ctrl-C', '\u0003', 1, 'Nothing was sent.'],
])(
  'at a real terminal a trade is shown and asked for: %s',
  async (name, keys, code, end) => {
    const id = `asked-${name.toLowerCase().replaceAll(/\W/g, '-')}`
    const words = ['transfer', '1', 'bob', '--as', 'alice', '--id', id]
    const ended = await atPseudoTerminal(words, keys)
    expect(ended.said).toMatch(/Units {5}1 SPECIES[\s\S]*Send it\? \[y\/N\]/)
    expect(ended.said).toContain(end)
    expect(ended.code).toBe(code)
    const { err } = await runHere(directory, ['event', 'show', id, '--as', 'alice'])
    expect(err.includes('not_found')).toBe(code !== 0)
  },
  60_000,
)
