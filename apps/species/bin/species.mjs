#!/usr/bin/env node
// Plain JavaScript that Node 20 understands: it hands over to the Node 24 that npm installed beside the program.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const node24 = join(
  dirname(createRequire(import.meta.url).resolve('node/package.json')),
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
const child = spawn(
  node24,
  [
    '--disable-warning=ExperimentalWarning',
    '--max-semi-space-size=64',
    join(here, '..', 'src', 'main.ts'),
    ...process.argv.slice(2),
  ],
  // The channel breaks when this process dies, however it dies; the program stops then (src/local/end-with-parent.ts).
  { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))

// A signal to npx ends npx and its shell and comes no further. Then this process has another parent.
const parent = process.ppid
if (process.env.npm_lifecycle_event !== undefined)
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 250).unref()
