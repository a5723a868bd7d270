import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ownDirectory, ownProcess } from './belongings.ts'
import { freePort } from './ports.ts'

const main = fileURLToPath(new URL('../../apps/species/src/main.ts', import.meta.url))

/** Starts the program with these settings, and stops it when it is ready; answers with what it said, and whether it was. */
export async function tryProgram(
  settings: Readonly<Record<string, string>>,
): Promise<{ isReady: boolean; said: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      SPECIES_MASTER_KEY: 'm'.repeat(32),
      SPECIES_DATA_DIR: ownDirectory('program'),
      PORT: '0',
      SANDBOX_PORT: String(await freePort(2)),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  ownProcess(child)
  let said = ''
  let isReady = false
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString()
      if (isReady || !/^ready /m.test(said)) return
      isReady = true
      child.kill('SIGTERM')
    })
  await new Promise((resolve) => child.once('close', resolve))
  return { isReady, said }
}
