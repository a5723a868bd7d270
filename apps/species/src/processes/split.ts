import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ModuleName } from '@species/contracts'
import { readableLine } from './readable-line.ts'

/** One kind of process of the split form; `count` of them share its work. */
export interface Group {
  readonly name: string
  readonly modules: readonly ModuleName[]
  readonly count: number
}

/** The split form on one machine: what a reader waits for apart, what decides, what holds money, what speaks to Onli Cloud. */
export const defaultGroups: readonly Group[] = [
  { name: 'api', modules: ['marketplace-api', 'authenticator', 'config', 'webhooks'], count: 1 },
  { name: 'reporter', modules: ['reporter', 'mirror', 'reconciliation'], count: 1 },
  { name: 'proof', modules: ['classifier', 'validator', 'deposits', 'quotes'], count: 1 },
  { name: 'matching', modules: ['matching'], count: 1 },
  { name: 'cashier', modules: ['cashier', 'payouts'], count: 1 },
  { name: 'delivery', modules: ['asset-manager', 'floor-manager'], count: 1 },
]

export interface SplitOptions {
  readonly groups: readonly Group[]
  /** The environment all processes share. */
  readonly environment: Readonly<Record<string, string>>
  /** The first process answers here, the next ones on the ports after it. */
  readonly firstPort: number
  /** The same for metrics; undefined: they are on the port of everything else. */
  readonly firstMetricsPort: number | undefined
  /** Undefined: the partners are real, or their sandbox is somewhere else. */
  readonly sandboxPort: number | undefined
  say(line: string): void
}

/**
 * Node's own options for a process that serves. Half of what a batch allocates is gone by its end: with a larger young
 * generation it never has to be copied (docs/PERFORMANCE.md).
 */
export const nodeArguments = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'] as const

/** How long a process that died is left down before it is started again. */
const restartMs = 1_000
const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/**
 * Runs the split form: each group in processes of its own, with their logs merged. What dies is started again. Resolves when
 * every process says that it is ready; `stop` ends them all.
 */
export async function startSplit(options: SplitOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const running = new Set<ChildProcess>()
  let stopping = false
  const width = Math.max(7, ...options.groups.map((group) => group.name.length + (group.count > 1 ? 2 : 0)))

  const keep = (name: string, argv: readonly string[], environment: Record<string, string>): Promise<void> =>
    new Promise((ready) => {
      const start = (): void => {
        if (stopping) return
        const child = spawn(process.execPath, [...nodeArguments, main, ...argv], {
          env: { ...process.env, ...options.environment, ...environment },
          // The channel breaks when this process dies, however it dies; the child stops then.
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        })
        running.add(child)
        for (const stream of [child.stdout, child.stderr].filter((one) => one !== null))
          createInterface({ input: stream }).on('line', (line) => {
            options.say(`${name.padEnd(width)} | ${readableLine(line)}`)
            if (line.startsWith('ready ')) ready()
          })
        child.on('exit', (code, signal) => {
          running.delete(child)
          if (stopping) return
          options.say(`${name.padEnd(width)} | ended (${signal ?? String(code)}); starting it again`)
          setTimeout(start, restartMs)
        })
      }
      start()
    })

  const { sandboxPort, firstPort, firstMetricsPort } = options
  if (sandboxPort !== undefined) await keep('sandbox', ['sandbox'], { SANDBOX_PORT: String(sandboxPort) })
  let port = firstPort
  let metricsPort = firstMetricsPort
  const started: Promise<void>[] = []
  for (const { name, modules, count } of options.groups)
    for (let number = 1; number <= count; number++)
      started.push(
        keep(count > 1 ? `${name}.${number}` : name, ['serve', `--modules=${modules.join(',')}`], {
          PORT: String(port++),
          ...(metricsPort === undefined ? {} : { SPECIES_METRICS_PORT: String(metricsPort++) }),
          ...(sandboxPort === undefined ? {} : { SPECIES_SANDBOX_URL: `http://127.0.0.1:${sandboxPort}` }),
        }),
      )
  await Promise.all(started)
  return {
    url: `http://localhost:${firstPort}`,
    async stop() {
      stopping = true
      const ended = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of running) child.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const child of running) child.kill('SIGKILL')
      }, 10_000)
      await Promise.all(ended)
      clearTimeout(late)
    },
  }
}
