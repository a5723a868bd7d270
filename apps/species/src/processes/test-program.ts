import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const main = fileURLToPath(new URL('../main.ts', import.meta.url))
export const nodeOptions = ['--disable-warning=ExperimentalWarning']

/** The environment of a program that shares nothing with this machine's own: ports that are free, and no npm around it. */
export function environmentOf(directory: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? directory,
    SPECIES_DATA_DIR: directory,
    PORT: '0',
    SANDBOX_PORT: '0',
    SPECIES_PAGES: '0',
    ...more,
  }
}

/** A program that keeps running; resolves with its address when it says that it is ready. */
export async function untilReady(
  file: string,
  argv: readonly string[],
  options: SpawnOptions,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(file, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk)
        const [, found] = /^ready (http:\S+)/m.exec(said) ?? []
        if (found !== undefined) resolve(found)
      })
    child.on('exit', () => {
      reject(new Error(`it ended before it was ready: ${said}`))
    })
  })
  return { child, url }
}
