import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import type { MarketplaceConfig } from '@species/contracts'
import type { Bus } from '@species/bus'
import { silentLogger } from '@species/platform'
import { type Client, createClient, createSigner } from '@species/sdk'
import { signerOptions } from '../../apps/species/src/commands/connect.ts'
import type { DataDirectory, LocalKey } from '../../apps/species/src/processes/data-directory.ts'
import { type Player, control, enter, pay, trade } from '../../apps/species/src/demo/players.ts'
import { compose } from '../../apps/species/src/compose/compose.ts'
import { readSettings } from '../../apps/species/src/settings/settings.ts'

export type Receipt = Record<string, unknown> & { status: string; receiptId: string; refusal?: { code: string } }
export type Name = 'alice' | 'bob' | 'carol'
type Answer = { status: number; headers: Headers; body: Record<string, unknown> }
interface Doctor {
  healthy: boolean
  breaches: string[]
  inFlight: unknown[]
  openReviews: { eventKey: string; reason: string }[]
}

/** A whole marketplace with its sandbox in this process, on data that is thrown away, and what attacks on it need. */
export class AttackStage {
  readonly players: Readonly<Record<Name, Player>>
  readonly operator: Client
  readonly baseUrl: string
  readonly sandboxUrl: string
  readonly directory: DataDirectory
  readonly operatorKey: LocalKey
  readonly #close: (options?: { keepData?: true }) => Promise<void>

  private constructor(parts: {
    players: Record<Name, Player>
    operator: Client
    operatorKey: LocalKey
    baseUrl: string
    sandboxUrl: string
    directory: DataDirectory
    close: (options?: { keepData?: true }) => Promise<void>
  }) {
    this.players = parts.players
    this.operator = parts.operator
    this.baseUrl = parts.baseUrl
    this.sandboxUrl = parts.sandboxUrl
    this.directory = parts.directory
    this.operatorKey = parts.operatorKey
    this.#close = parts.close
  }

  /**
   * Starts it on free loopback ports, with alice, bob and carol registered and `change` made to the configuration; embedded, unless
   * the environment names servers.
   */
  static async start(
    change?: (config: MarketplaceConfig) => MarketplaceConfig,
    environment: Readonly<Record<string, string>> = {},
    more: { dataDirectory?: string; wrapBus?: (bus: Bus) => Bus } = {},
  ): Promise<AttackStage> {
    const dataDirectory = more.dataDirectory ?? mkdtempSync(join(tmpdir(), 'species-attack-'))
    const settings = readSettings({ ...environment, SPECIES_DATA_DIR: dataDirectory, SANDBOX_PORT: '0', PORT: '0' })
    const wrapped = more.wrapBus ? { wrapBus: more.wrapBus } : {}
    const program = await compose(settings, { log: silentLogger, asOverAWire: true, ...wrapped })
    const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve) => {
      const server = serve(
        { fetch: (request: Request, env: object) => program.fetch(request, env), port: 0, hostname: '127.0.0.1' },
        (address) => {
          resolve({ server, port: address.port })
        },
      )
    })
    const close = async (options: { keepData?: true } = {}): Promise<void> => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await program.close()
      if (options.keepData !== true) rmSync(dataDirectory, { recursive: true, force: true })
    }
    const operatorKey = program.directory.readKey('operator')
    if (!operatorKey || !program.sandbox) throw new Error('the attacks need the sandbox')
    const baseUrl = `http://localhost:${port}`
    const operator = createClient({ baseUrl, signer: createSigner(signerOptions(operatorKey)) })
    const scene = { baseUrl, sandboxUrl: program.sandbox.httpUrl, operator }
    const players = {
      alice: await enter(scene, 'alice'),
      bob: await enter(scene, 'bob'),
      carol: await enter(scene, 'carol'),
    }
    const stage = new AttackStage({ ...scene, directory: program.directory, players, operatorKey, close })
    if (change) await stage.configure(change)
    return stage
  }

  async close(options?: { keepData?: true }): Promise<void> {
    await this.#close(options)
  }

  /** Changes the configuration as the operator; events accepted from now on are under it. */
  async configure(change: (config: MarketplaceConfig) => MarketplaceConfig): Promise<void> {
    const { version, config } = (await this.operator.request('GET', '/admin/v1/config')).body as {
      version: number
      config: MarketplaceConfig
    }
    const body = JSON.stringify({ config: change(config), reason: 'an attack needs other deadlines' })
    const answer = await this.send('PUT', '/admin/v1/config', body, {
      key: this.operatorKey,
      headers: { 'if-match': `"${version}"` },
    })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }

  /** One call with exactly this text as its body, signed by the key unless headers of a signature are given. */
  async send(
    method: string,
    path: string,
    text: string | undefined,
    options: { key?: LocalKey; headers?: Record<string, string>; now?: () => number } = {},
  ): Promise<Answer> {
    const url = this.baseUrl + path
    const { key, now, headers = {} } = options
    const signed = key
      ? await createSigner({ ...signerOptions(key), ...(now ? { now } : {}) }).headersFor({ method, url, body: text })
      : {}
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...signed, ...headers },
      ...(text === undefined ? {} : { body: text }),
    })
    const body = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(body) as Record<string, unknown>) : { text: body },
    }
  }

  async pay(name: Name, amount: string, options: Parameters<typeof pay>[3] = {}): Promise<string> {
    return await pay(this, this.players[name].walletAddress, amount, options)
  }

  /** Sends an event of a player, waits for its end, gives its receipt. */
  async trade(name: Name, event: Record<string, unknown> & { eventId?: string }): Promise<Receipt> {
    return (await trade(this.players[name].client, { from: name, ...event })) as Receipt
  }

  /** Buys units from the treasury with a new payment that covers them. */
  async buy(name: Name, units: number): Promise<Receipt> {
    const proof = await this.pay(name, (units * 1.1).toFixed(2))
    return await this.trade(name, { to: 'treasury', amount: units, payWith: { chain: 'ETH', proof } })
  }

  /** Opens a listing and gives its id. */
  async sell(name: Name, units: number, unitPrice: string, more: object = {}): Promise<string> {
    const receipt = await this.trade(name, { to: 'market', amount: units, putProceeds: { unitPrice, ...more } })
    if (receipt.status !== 'COMPLETED') throw new Error(JSON.stringify(receipt.refusal))
    return String(receipt['listingId'])
  }

  async state(name: Name, eventId: string): Promise<string> {
    return (await this.players[name].client.getEvent(eventId)).state
  }

  async units(name: Name): Promise<{ available: number; held: number; total: number }> {
    const { species } = (await this.players[name].client.balance(name)) as { species: Record<string, string> }
    return {
      available: Number(species['available']),
      held: Number(species['held']),
      total: Number(species['total']),
    }
  }

  async credit(name: Name): Promise<number> {
    const { usdt } = (await this.players[name].client.balance(name)) as { usdt: { credit: { available: string } } }
    return Number(usdt.credit.available)
  }

  async control(path: string, body: object): Promise<Record<string, unknown>> {
    return await control(this.sandboxUrl, path, body)
  }

  async noFaults(): Promise<void> {
    await fetch(`${this.sandboxUrl}/control/faults`, { method: 'DELETE' })
  }

  /** What the partner holds in a vault, by his own books. */
  async vault(vault: string): Promise<number> {
    const answer = await fetch(`${this.sandboxUrl}/control/vaults`)
    const { vaults } = (await answer.json()) as { vaults: { vault: string; amount: string }[] }
    return Number(vaults.find((one) => one.vault === vault)?.amount ?? 0)
  }

  /** How many operations of the partner are done under one key. */
  async operationsDone(idempotencyKey: string): Promise<number> {
    const answer = await fetch(`${this.sandboxUrl}/control/operations?idempotencyKey=${idempotencyKey}`)
    const { operations } = (await answer.json()) as { operations: { status: string }[] }
    return operations.filter((operation) => operation.status.endsWith('DONE')).length
  }

  async doctor(): Promise<Doctor> {
    return (await this.operator.request('GET', '/admin/v1/doctor')).body as Doctor
  }

  /** Every event has ended, everything that must be true is, and no message is left aside. Then the end. */
  async endWell(): Promise<void> {
    try {
      await until(
        () => this.doctor(),
        (doctor) => doctor.healthy && doctor.inFlight.length === 0,
      )
      const letters = (await this.operator.request('GET', '/admin/v1/dead-letters')).body as { deadLetters: unknown[] }
      if (letters.deadLetters.length > 0) throw new Error(`dead letters: ${JSON.stringify(letters.deadLetters)}`)
    } finally {
      await this.close()
    }
  }
}

export function newId(): string {
  return `attack-${randomBytes(8).toString('hex')}`
}

/** `COMPLETED`, or the code of the refusal. */
export function endOf(receipt: Receipt): string {
  return receipt.refusal?.code ?? receipt.status
}

/** Asks until the answer is as wanted; fails with the last one. */
export async function until<T>(ask: () => Promise<T>, good: (value: T) => boolean, timeoutMs = 20_000): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const value = await ask()
    if (good(value)) return value
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)}`)
    await pause(100)
  }
}
