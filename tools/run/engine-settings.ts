import type { Engine, MissingEngine } from '../../drills/servers/engines.ts'

export const help = `npm run engines [-- --postgres <port>] [--nats <port>] [--redis <port>] [--install] [--reuse] [-- <command>]

Starts Postgres, NATS with JetStream and Redis from the programs of this machine, with temporary data, and prints the
settings to export. Ctrl-C stops them and removes their data.

  --postgres, --nats, --redis   the port; a free one where none is given
  --install                     on Debian, as root or with sudo: installs the packages that are missing
  --reuse                       uses an engine that answers already where tests look for it, and starts only the others
  <command>                     is run with the settings; then the engines stop. The exit code is that of the command`

const settingNames: Readonly<Record<Engine, string>> = {
  postgres: 'DATABASE_URL',
  nats: 'NATS_URL',
  redis: 'REDIS_URL',
}

/** Names and values to export: those that the marketplace reads, and those that its tests read. */
export function settingsOf(urls: Partial<Record<Engine, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settingNames).flatMap(([engine, name]) => {
      const url = urls[engine as Engine]
      return url === undefined
        ? []
        : [
            [name, url],
            [`TEST_${name}`, url],
          ]
    }),
  )
}

export function settingsText(settings: Readonly<Record<string, string>>, reused: readonly string[]): string {
  return [
    ...(reused.length > 0 ? [`# Answered already, and is used as it is: ${reused.join(', ')}`] : []),
    ...Object.entries(settings).map(([name, value]) => `export ${name}='${value}'`),
    '# The engines run. Ctrl-C stops them and removes their data.',
  ].join('\n')
}

export function missingText(missing: readonly MissingEngine[]): string {
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ')
  return [
    ...missing.map(
      ({ engine, programs, debianPackage }) =>
        `${engine} cannot start: no program ${programs.join(', ')} on this machine (Debian package ${debianPackage})`,
    ),
    `On Debian: apt-get install ${packages}, or npm run engines -- --install as root. Elsewhere: docker compose up -d.`,
  ].join('\n')
}

/** The ports that the arguments ask for, or what is wrong with them. */
export function chosenPorts(given: Partial<Record<Engine, string>>): Partial<Record<Engine, number>> | string {
  const ports: Partial<Record<Engine, number>> = {}
  for (const engine of ['postgres', 'nats', 'redis'] as const) {
    const text = given[engine]
    if (text === undefined) continue
    const port = Number(text)
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      return `--${engine} ${text} is no port: give a whole number from 1 to 65535`
    ports[engine] = port
  }
  return ports
}
