import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'species-public-url-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

function species(argv: readonly string[], more: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...argv], {
    env: { SPECIES_DATA_DIR: directory, PORT: '0', SANDBOX_PORT: '0', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 100_000,
    killSignal: 'SIGKILL',
  })
}

/** What a command printed as JSON, and its exit code. */
async function told(argv: readonly string[], more?: Record<string, string>): Promise<[unknown, unknown]> {
  const child = species([...argv, '--json'], more)
  let printed = ''
  child.stdout?.on('data', (chunk) => (printed += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  return [code, printed === '' ? printed : JSON.parse(printed)]
}

it('behind a public address a process starts with its first trade, and commands on its machine are taken', async () => {
  const behind = { SPECIES_PUBLIC_URL: 'https://market.example/species/' }
  const server = species(['start'], behind)
  const ended = once(server, 'close')
  if (!server.stdout) throw new Error('no output')
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line)
    if (line.startsWith('ready ')) break
  }
  expect(lines.at(-1)).toMatch(/^ready http:\/\/localhost:\d+ /)
  // The command line is told by the process what to sign: it has no such setting.
  const balance = ['user', 'balance', 'alice']
  const [code, alice] = await told(balance)
  expect([code, alice]).toEqual([0, expect.objectContaining({ onliId: 'alice' })])
  server.kill('SIGTERM')
  await ended
  expect(await told(balance, behind)).toEqual([0, alice])
}, 120_000)
