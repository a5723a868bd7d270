import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { moduleNames } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { defaultGroups } from '../../apps/species/src/processes/split.ts'
import { environmentSchema } from '../../apps/species/src/settings/environment.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')
const read = (path: string): string => readFileSync(join(deploy, path), 'utf8')

interface Service {
  readonly command?: readonly string[]
  readonly read_only?: boolean
}
const { services } = parse(read('compose/compose.yaml'), { merge: true }) as { services: Record<string, Service> }
const flyFiles = readdirSync(join(deploy, 'fly')).filter((file) => file.endsWith('.toml'))
const flyApps = flyFiles.map((file) => /^app = '([\w-]+)'$/m.exec(read(`fly/${file}`))?.[1])
const groups = Object.fromEntries(defaultGroups.map(({ name, modules }) => [name, modules.join(',')]))

const modulesIn = (command: string): string | undefined => /^serve --modules=(\S+)$/.exec(command)?.[1]

describe('names agree', () => {
  it('every module is worked on by one group', () => {
    expect(defaultGroups.flatMap(({ modules }) => modules).sort()).toEqual([...moduleNames].sort())
  })

  it('on one server and on Fly.io the groups are those of `npm run split`', () => {
    const onServer = Object.entries(services).flatMap(([name, { command }]) => {
      const modules = modulesIn(command?.join(' ') ?? '')
      return modules === undefined ? [] : [[name, modules]]
    })
    expect(Object.fromEntries(onServer)).toEqual(groups)
    const text = read('fly/api.toml') + read('fly/services.toml')
    const onFly = [...text.matchAll(/^ {2}(\w+) = 'serve --modules=(\S+)'$/gm)].map(([, name, modules]) => [
      name,
      modules,
    ])
    expect(Object.fromEntries(onFly)).toEqual(groups)
  })

  it('Prometheus scrapes every group of both', () => {
    const namesIn = (file: string): string[] =>
      (
        parse(read(`prometheus/${file}`)) as {
          scrape_configs: { job_name: string; dns_sd_configs?: { names: string[] }[] }[]
        }
      ).scrape_configs.flatMap(({ dns_sd_configs = [] }) => dns_sd_configs.flatMap(({ names }) => names))
    expect(namesIn('prometheus.yaml').sort()).toEqual(Object.keys(groups).sort())
    const onFly = namesIn('prometheus.fly.yaml').map((name) => name.split('.'))
    expect(onFly.map(([group]) => group).sort()).toEqual(Object.keys(groups).sort())
    for (const [group = '', , app = ''] of onFly) {
      expect(flyApps).toContain(app)
      expect(read(`fly/${app.replace('species-', '')}.toml`)).toContain(`  ${group} = 'serve`)
    }
  })

  it('settings that are set exist', () => {
    const known = Object.keys(environmentSchema.shape)
    const inFly = flyFiles.flatMap((file) => [...read(`fly/${file}`).matchAll(/^ {2}([A-Z_]+) = /gm)])
    expect(inFly.map(([, name]) => name).filter((name) => !known.includes(name ?? ''))).toEqual([])
  })
})

describe("the specification's figures", () => {
  it('scrapes every 15 s, checks every 10 s within 2 s after 5 s of grace', () => {
    for (const file of ['prometheus.yaml', 'prometheus.fly.yaml'])
      expect(read(`prometheus/${file}`)).toContain('scrape_interval: 15s')
    for (const file of ['api.toml', 'services.toml', 'nats.toml'])
      for (const line of ["interval = '10s'", "timeout = '2s'", "grace_period = '5s'"])
        expect(read(`fly/${file}`)).toContain(line)
  })

  it('volumes of NATS and Prometheus have 10 GB, and their files fit', () => {
    expect(read('fly/nats.toml')).toContain("initial_size = '10gb'")
    expect(read('fly/nats/nats.conf')).toContain('max_file_store: 9GB')
    expect(read('fly/prometheus.toml')).toContain("initial_size = '10gb'")
  })
})

it('the processes of the marketplace write nothing but their data', () => {
  for (const name of Object.keys(groups)) expect([name, services[name]?.read_only]).toEqual([name, true])
  const dockerfile = readFileSync(join(dirname(deploy), 'Dockerfile'), 'utf8')
  expect(dockerfile).toMatch(/^USER node$/m)
  expect(dockerfile).toMatch(/^HEALTHCHECK /m)
})
