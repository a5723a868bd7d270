import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { openPostgres } from '@species/database'
import { describe, expect, it } from 'vitest'
import { engines, missingEngines } from '../../drills/servers/engines.ts'
import { chosenPorts, missingText, settingsOf } from './engine-settings.ts'

const missing = missingEngines()
const lacking = missing.map(({ engine }) => engine).join(', ')

describe.skipIf(missing.length > 0)(`npm run engines [needs ${lacking || 'nothing'} on this machine]`, () => {
  it('starts engines that answer at the printed settings, and Ctrl-C ends them', async () => {
    const child = start([])
    const settings = await printedSettings(child)
    const [postgres, nats, redis] = ['DATABASE_URL', 'NATS_URL', 'REDIS_URL'].map((name) => settings.get(name) ?? '')
    const database = openPostgres(postgres ?? '', { poolSize: 1 })
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await database.close()
    expect(await greeting(nats ?? '', '')).toMatch(/^INFO .*"jetstream":true/)
    expect(await greeting(redis ?? '', 'PING\r\n')).toBe('+PONG\r\n')
    expect(settings.get('TEST_DATABASE_URL')).toBe(postgres)

    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([0, null])
    for (const url of [postgres, nats, redis]) await expect(greeting(url ?? '', '')).rejects.toThrow('ECONNREFUSED')
  })

  it('runs a command with the settings, and ends with its exit code', async () => {
    const print = 'console.log(process.env.TEST_NATS_URL, process.env.TEST_REDIS_URL); process.exit(7)'
    const child = start(['--', process.execPath, '-e', print])
    const [output, ended] = await Promise.all([child.stdout?.toArray(), once(child, 'close')])
    expect(String(output)).toMatch(/^nats:\/\/\S+ redis:\/\/\S+\n$/)
    expect(ended).toEqual([7, null])
  })
})

describe('the arguments and texts of npm run engines', () => {
  it('a missing program is named with the Debian package that brings it', () => {
    expect(missingText([{ engine: 'nats', programs: ['nats-server'], debianPackage: 'nats-server' }])).toBe(
      'nats cannot start: no program nats-server on this machine (Debian package nats-server)\n' +
        'On Debian: apt-get install nats-server, or npm run engines -- --install as root. Elsewhere: docker compose up -d.',
    )
  })

  it('what is no port is refused by name', () => {
    expect(chosenPorts({ nats: '70000' })).toBe('--nats 70000 is no port: give a whole number from 1 to 65535')
    expect(chosenPorts({ redis: '6379' })).toEqual({ redis: 6379 })
  })

  it('each engine has a setting for the marketplace and one for its tests', () => {
    const urls = Object.fromEntries(engines.map((engine) => [engine, `${engine}://here`]))
    expect(Object.keys(settingsOf(urls)).sort()).toEqual(
      ['DATABASE_URL', 'NATS_URL', 'REDIS_URL'].flatMap((name) => [name, `TEST_${name}`]).sort(),
    )
  })
})

function start(args: readonly string[]): ChildProcess {
  const program = new URL('../engines.ts', import.meta.url).pathname
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function printedSettings(child: ChildProcess): Promise<ReadonlyMap<string, string>> {
  let printed = ''
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    printed += String(chunk)
    if (printed.includes('Ctrl-C')) break
  }
  return new Map([...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]))
}

/** The first thing a server says, after it was told `ask`. */
async function greeting(url: string, ask: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = createConnection({ host: hostname, port: Number(port) })
  try {
    await once(socket, 'connect')
    socket.write(ask)
    return String((await once(socket, 'data'))[0])
  } finally {
    socket.destroy()
  }
}
