import { DataDirectory } from '../processes/data-directory.ts'
import { firstTrade } from '../demo/first-trade.ts'
import { type Group, defaultGroups, startSplit } from '../processes/split.ts'
import { readSettings } from '../settings/settings.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { hint } from './output.ts'
import { wrongUse } from './wrong-use.ts'

/** Where `compose.yaml` puts the servers. */
const fromComposeFile = {
  DATABASE_URL: 'postgres://species:species@127.0.0.1:5432/species',
  NATS_URL: 'nats://127.0.0.1:4222',
  REDIS_URL: 'redis://127.0.0.1:6379',
} as const

/** `split`: the marketplace as many processes on one machine, with one log. */
export const splitRows: readonly CommandRow[] = [
  {
    name: 'split',
    summary: 'run the marketplace as many processes on this machine, with Postgres, NATS and Redis (see compose.yaml)',
    options: [['--scale <group=count...>', 'run several processes of a group']],
    keepsRunning: true,
    async run(call: CommandCall): Promise<void> {
      const { terminal } = call
      const say = (line: string): void => {
        terminal.out(`${line}\n`)
      }
      const environment = environmentOf(terminal.environment)
      const settings = readSettings({ ...terminal.environment, ...environment })
      const split = await startSplit({
        groups: scaled(call.options.many('scale')),
        environment,
        firstPort: settings.port,
        firstMetricsPort: settings.metricsPort,
        sandboxPort:
          settings.sandboxUrl === undefined && settings.onli === undefined ? settings.sandboxPort : undefined,
        say,
      })
      try {
        const directory = new DataDirectory(settings.dataDirectory)
        const { sandboxUrl } = directory.readRunning() ?? {}
        say(await firstTrade(directory, sandboxUrl, { baseUrl: split.url, publicUrl: settings.publicUrl }, say))
        const stopped = terminal.untilStopped()
        say(`ready ${split.url}; the others answer on the ports after it. Ctrl-C stops all.`)
        say(`Try next: ${hint('doctor', settings.dataDirectory)}`)
        await stopped
        say('Stopping: each finishes what runs.')
      } finally {
        await split.stop()
      }
    },
  },
]

/** What is not set is where `compose.yaml` puts it; the master key is made once and kept in the data directory. */
function environmentOf(given: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const servers = Object.entries(fromComposeFile).map(([name, url]) => [name, given[name] ?? url])
  const path = given['SPECIES_DATA_DIR'] ?? '.species-split'
  return {
    ...(Object.fromEntries(servers) as Record<string, string>),
    SPECIES_DATA_DIR: path,
    SPECIES_MASTER_KEY: given['SPECIES_MASTER_KEY'] ?? new DataDirectory(path).masterKey(),
  }
}

function scaled(wishes: readonly string[]): Group[] {
  const counts = new Map<string, number>()
  for (const wish of wishes) {
    const [, name, count] = /^([a-z]+)=([1-9]\d?)$/.exec(wish) ?? []
    if (name === undefined || !defaultGroups.some((group) => group.name === name))
      throw wrongUse(
        `--scale ${wish}: write group=count, where the group is ${defaultGroups.map((group) => group.name).join(', ')}`,
      )
    counts.set(name, Number(count))
  }
  return defaultGroups.map((group) => ({ ...group, count: counts.get(group.name) ?? group.count }))
}
