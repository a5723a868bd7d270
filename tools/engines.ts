// Starts Postgres, NATS with JetStream and Redis from the programs of this machine, for development and for CI.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Engine, type RunningEngine, engines, missingEngines, startEngines } from '../drills/servers/engines.ts'
import { chosenPorts, help, missingText, settingsOf, settingsText } from './run/engine-settings.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'string' },
    nats: { type: 'string' },
    redis: { type: 'string' },
    install: { type: 'boolean', default: false },
    reuse: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(help)
else process.exitCode = await main()

async function main(): Promise<number> {
  const ports = chosenPorts(values)
  if (typeof ports === 'string') {
    console.error(ports)
    return 2
  }
  if (values.install) install(missingEngines().map((one) => one.debianPackage))
  const reused = values.reuse ? await answering() : {}
  const wanted = engines.filter((engine) => reused[engine] === undefined)
  const missing = missingEngines().filter(({ engine }) => wanted.includes(engine))
  if (missing.length > 0) {
    console.error(missingText(missing))
    return 1
  }
  const interrupted = untilInterrupted()
  const running = await startEngines(wanted, ports)
  try {
    const urls = { ...reused, ...Object.fromEntries(running.map(({ engine, url }) => [engine, url])) }
    const settings = settingsOf(urls)
    const [command, ...args] = positionals
    if (command !== undefined) return await run(command, args, settings, interrupted)
    console.log(settingsText(settings, Object.keys(reused)))
    const ended = await Promise.race([interrupted.then(() => undefined), firstToEnd(running)])
    if (ended !== undefined) console.error(`${ended} has ended by itself; the others are stopped`)
    return ended === undefined ? 0 : 1
  } finally {
    await Promise.all(running.map(({ process: engine }) => engine.stop()))
  }
}

/** Ctrl-C reaches the engines too, as they are of our group; we only wait for their end. */
function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve(signal)
      })
    }
  })
}

async function firstToEnd(running: readonly RunningEngine[]): Promise<Engine> {
  return await Promise.race(running.map(({ engine, process: one }) => one.whenGone().then(() => engine)))
}

/** The engines that answer where tests look for them. */
async function answering(): Promise<Partial<Record<Engine, string>>> {
  const testing = await import('@species/testing')
  return {
    ...(testing.postgresAnswers && { postgres: testing.postgresUrl }),
    ...(testing.natsAnswers && { nats: testing.natsUrl }),
    ...(testing.redisAnswers && { redis: testing.redisUrl }),
  }
}

/** Runs a command with the settings; its exit code is ours. A signal is passed on, and the command is waited for. */
async function run(
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  interrupted: Promise<NodeJS.Signals>,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...settings } })
  void interrupted.then((signal) => child.kill(signal))
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      resolve(code ?? 1)
    })
  })
}

/** Installs Debian packages: as root, or by a `sudo` that asks for no password. */
function install(packages: readonly string[]): void {
  if (packages.length === 0) return
  if (!existsSync('/etc/debian_version')) throw new Error('--install works on Debian and what comes from it')
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  for (const argv of [
    ['apt-get', 'update'],
    ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '--no-install-recommends', ...packages],
  ]) {
    const [program = '', ...args] = [...asRoot, ...argv]
    // Standard output belongs to the settings, or to the command.
    if (spawnSync(program, args, { stdio: ['ignore', 2, 2] }).status !== 0)
      throw new Error(`"${argv.join(' ')}" failed`)
  }
}
