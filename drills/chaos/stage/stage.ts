import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { control } from '../../../apps/species/src/demo/players.ts'
import { keepDirectory, ownDirectory, removeDirectory } from '../../servers/belongings.ts'
import { freePort } from '../../servers/ports.ts'
import { Service } from './service.ts'

/** Where the processes of a stage find their servers. */
export interface EngineUrls {
  readonly databaseUrl: string
  readonly natsUrl: string
  readonly redisUrl: string
  readonly natsPrefix: string
}

/** Processes by name, with the modules they work on. Together they must have all. */
export type Groups = Readonly<Record<string, readonly string[]>>

/** Nine processes; what holds money and what moves units runs twice, so that two share the work. */
export const usualGroups: Groups = {
  api: ['marketplace-api', 'authenticator', 'config'],
  read: ['reporter', 'classifier'],
  validator: ['validator'],
  matching: ['matching'],
  'cashier.1': ['cashier'],
  'cashier.2': ['cashier'],
  'delivery.1': ['asset-manager'],
  'delivery.2': ['asset-manager'],
  floor: ['floor-manager'],
}

/** The marketplace as processes, with its partners' sandbox, on the servers it was given. */
export class Stage {
  readonly services: Service[] = []
  readonly directory = ownDirectory('chaos')
  readonly sandboxUrl: string
  /** Processes that ended while they worked, though the drill had not ended them. */
  readonly deaths: string[] = []
  readonly #sandbox: Service
  readonly #environment: Readonly<Record<string, string>>
  #partnersFail = false

  private constructor(urls: EngineUrls, sandboxPort: number, settings: Readonly<Record<string, string>>) {
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`
    const { PATH = '', HOME = '', TMPDIR } = process.env
    this.#environment = {
      ...{ PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }) },
      DATABASE_URL: urls.databaseUrl,
      NATS_URL: urls.natsUrl,
      REDIS_URL: urls.redisUrl,
      SPECIES_NATS_PREFIX: urls.natsPrefix,
      SPECIES_MASTER_KEY: randomBytes(32).toString('hex'),
      SPECIES_DATA_DIR: this.directory,
      SPECIES_SANDBOX_URL: this.sandboxUrl,
      SPECIES_LOG_LEVEL: 'warn',
      SANDBOX_PORT: String(sandboxPort),
      ...settings,
    }
    this.#sandbox = this.#service('sandbox', ['sandbox', '--memory'], [], {})
  }

  static async start(
    urls: EngineUrls,
    groups: Groups,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Stage> {
    const stage = new Stage(urls, await freePort(2), settings)
    try {
      await stage.#sandbox.start()
      await Promise.all(Object.entries(groups).map(([name, modules]) => stage.add(name, modules)))
      return stage
    } catch (error) {
      await stage.stop(true)
      throw error
    }
  }

  /** Starts one more process. */
  async add(name: string, modules: readonly string[]): Promise<Service> {
    const service = this.#service(name, ['serve', `--modules=${modules.join(',')}`], modules, {
      PORT: String(await freePort()),
    })
    this.services.push(service)
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => {
        reject(new Error(`${name} is not ready after 120 s; its log is in ${this.directory}`))
      }, 120_000).unref(),
    )
    await Promise.race([service.start(), late])
    return service
  }

  /** Where requests are sent: to dead and frozen processes too, since a caller does not know. */
  get urls(): string[] {
    return this.services.map((service) => service.url).filter((url) => url !== '')
  }

  get operatorKey(): { keyId: string; privateKey: string } {
    return JSON.parse(readFileSync(join(this.directory, 'keys', 'operator.json'), 'utf8')) as never
  }

  /** Makes a partner do something wrong, by the sandbox's control. */
  async partnerFault(fault: Readonly<Record<string, unknown>>): Promise<void> {
    this.#partnersFail = true
    await control(this.sandboxUrl, '/faults', fault)
  }

  /** Whether this module may have missed a partner's answer, by what the drill has done to either. */
  mayMissAnswers(module: string): boolean {
    return this.#partnersFail || this.services.some(({ struck, modules }) => struck && modules.includes(module))
  }

  /** What the processes complained of, by message. */
  complaints(): Map<string, number> {
    const all = new Map<string, number>()
    for (const service of this.services)
      for (const [what, count] of service.complaints) all.set(what, (all.get(what) ?? 0) + count)
    return all
  }

  async stop(keep: boolean): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()))
    await this.#sandbox.stop()
    if (keep) keepDirectory(this.directory)
    else removeDirectory(this.directory)
  }

  #service(name: string, argv: string[], modules: readonly string[], more: Record<string, string>): Service {
    return new Service({
      name,
      argv,
      modules,
      environment: { ...this.#environment, ...more },
      logFile: join(this.directory, `${name}.log`),
      died: (who, how) => this.deaths.push(`${who}: ${how}`),
    })
  }
}
