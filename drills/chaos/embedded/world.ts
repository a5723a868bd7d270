import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createClient, createSigner, type Client } from '@species/sdk'
import { signerOptions } from '../../../apps/species/src/commands/connect.ts'
import { DataDirectory } from '../../../apps/species/src/processes/data-directory.ts'
import { type Player, control, enter, pay, trade } from '../../../apps/species/src/demo/players.ts'
import type { Effect } from './acts.ts'
import type { KillPoint } from './kill-plan.ts'

/** What must be true, by the drill's own arithmetic. */
export interface Expected {
  readonly units: Record<string, number>
  readonly creditMicro: Record<string, number>
  readonly payableMicro: Record<string, number>
}

const vaults: Readonly<Record<string, string>> = {
  alice: 'vault-alice',
  bob: 'vault-bob',
  escrow: 'vault-market-escrow',
  pool: 'vault-liquidity-pool',
}

/** An event that nothing else drives on is driven by then. */
const longestSweepMs = 60_000

/** A marketplace in a process that can be killed, its players, and what must be true of them. */
export class World {
  readonly expected: Expected = { units: {}, creditMicro: {}, payableMicro: {} }
  readonly #directory: string
  #child: ChildProcess | undefined
  #url = ''
  #sandboxUrl = ''
  readonly #players = new Map<string, Player>()
  #sold = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Starts the process; with a point it will die there, with checkpoints it makes one after the other. */
  async start(point?: KillPoint, checkpoints = false): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('child.ts', import.meta.url))],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {
          ...process.env,
          SPECIES_DATA_DIR: this.#directory,
          CHAOS_POINT: JSON.stringify(point ?? null),
          CHAOS_CHECKPOINTS: checkpoints ? '1' : '0',
        },
      },
    )
    this.#child = child
    const lines = createInterface({ input: child.stdout })
    const first = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)])
    if (first === undefined) throw new Error('the process ended before it was ready')
    const said = JSON.parse(String(first[0])) as { url: string; sandboxUrl: string }
    this.#url = said.url
    this.#sandboxUrl = said.sandboxUrl
  }

  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }
  /** Resolves when the process is dead. */
  async dead(): Promise<void> {
    if (this.alive && this.#child) await once(this.#child, 'exit')
  }
  kill(): void {
    this.#child?.kill('SIGKILL')
  }
  async stop(): Promise<void> {
    this.#child?.stdin?.end()
    await this.dead()
  }

  /** Players, a first stock of units, and money in the pool. */
  async populate(): Promise<void> {
    const stage = { baseUrl: this.#url, sandboxUrl: this.#sandboxUrl, operator: this.operator() }
    for (const name of ['alice', 'bob']) this.#players.set(name, await enter(stage, name))
    const claim = await pay(stage, '0x9999999999999999999999999999999999999999', '100000')
    await stage.operator.request('POST', '/admin/v1/claims', {
      payer: 'liquidity_pool',
      chain: 'ETH',
      proof: claim,
      reason: 'the drill funds the pool',
    })
    const proof = await this.pay('alice', '20100')
    await trade(this.client('alice'), {
      from: 'alice',
      to: 'treasury',
      amount: 20_000,
      payWith: { chain: 'ETH', proof },
    })
    this.effect({ units: { alice: 20_000 } })
  }

  client(name: string): Client {
    const player = this.#players.get(name)
    if (!player) throw new Error(`${name} does not play`)
    return createClient({ baseUrl: this.#url, signer: createSigner(signerOptions(player.key)) })
  }
  operator(): Client {
    const key = new DataDirectory(this.#directory).readKey('operator')
    if (!key) throw new Error('there is no operator key')
    return createClient({ baseUrl: this.#url, signer: createSigner(signerOptions(key)) })
  }

  async pay(name: string, amount: string): Promise<string> {
    return await pay({ sandboxUrl: this.#sandboxUrl }, this.#players.get(name)?.walletAddress ?? '', amount)
  }

  /** Opens a listing in peace. */
  async sell(name: string, units: number, unitPrice: string): Promise<string> {
    const receipt = await trade(this.client(name), {
      eventId: `stock-${Date.now()}-${this.#sold++}`,
      from: name,
      to: 'market',
      amount: units,
      putProceeds: { unitPrice },
    })
    if (receipt['status'] !== 'COMPLETED')
      throw new Error(`a listing could not be opened: ${JSON.stringify(receipt['refusal'])}`)
    this.effect({ units: { [name]: -units, escrow: units } })
    return String(receipt['listingId'])
  }

  effect(effect: Effect): void {
    add(this.expected.units, effect.units)
    add(this.expected.creditMicro, effect.creditMicro ?? {})
    add(this.expected.payableMicro, effect.payableMicro ?? {})
  }

  /**
   * Waits until no event is in flight, for as long as the sweeper may leave one alone: whoever sees a receipt has seen the end before
   * the event's own row has it, if the process died over the message between the two.
   */
  async untilQuiet(): Promise<void> {
    const until = Date.now() + longestSweepMs
    while (Date.now() < until) {
      if ((await this.#doctor()).inFlight.length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async #doctor(): Promise<{ breaches: string[]; inFlight: unknown[] }> {
    return (await this.operator().request('GET', '/admin/v1/doctor')).body as {
      breaches: string[]
      inFlight: unknown[]
    }
  }

  /** Looks through public interfaces and the vaults at the partner only; says what is not as it must be. */
  async findings(): Promise<string[]> {
    const found: string[] = []
    const state = (await (await fetch(`${this.#sandboxUrl}/control/vaults`)).json()) as {
      vaults: { vault: string; amount: string }[]
    }
    const held = new Map(state.vaults.map((one) => [one.vault, Number(one.amount)]))
    for (const [name, vault] of Object.entries(vaults)) {
      const must = this.expected.units[name] ?? 0
      if ((held.get(vault) ?? 0) !== must)
        found.push(`${vault} holds ${held.get(vault) ?? 0} units at Onli Cloud, must hold ${must}`)
    }
    for (const name of ['alice', 'bob']) found.push(...(await this.#balanceFindings(name)))
    const { operations } = (await (await fetch(`${this.#sandboxUrl}/control/operations`)).json()) as {
      operations: { idempotencyKey: string; status: string }[]
    }
    const done = operations
      .filter((operation) => operation.status.endsWith('DONE'))
      .map((operation) => operation.idempotencyKey)
    for (const key of new Set(done))
      if (done.filter((one) => one === key).length > 1) found.push(`units of ${key} were moved twice`)
    const doctor = await this.#doctor()
    return [...found, ...doctor.breaches, ...doctor.inFlight.map((event) => `not ended: ${JSON.stringify(event)}`)]
  }

  async #balanceFindings(name: string): Promise<string[]> {
    const balance = (await this.client(name).balance(name)) as {
      species: { total: string }
      usdt: { credit: { total: string }; payable: string }
    }
    const micro = (text: string): number => Math.round(Number(text) * 1_000_000)
    const compare = (what: string, is: number, must: number): string[] =>
      is === must ? [] : [`${name} has ${is} ${what}, must have ${must}`]
    return [
      ...compare('units', Number(balance.species.total), this.expected.units[name] ?? 0),
      ...compare('micro-USDT of credit', micro(balance.usdt.credit.total), this.expected.creditMicro[name] ?? 0),
      ...compare('micro-USDT payable', micro(balance.usdt.payable), this.expected.payableMicro[name] ?? 0),
    ]
  }

  /** Ends stalls: confirmations keep coming however long a restart takes. */
  async mine(count: number): Promise<void> {
    await control(this.#sandboxUrl, '/chains/ETH/blocks', { count })
  }
}

function add(to: Record<string, number>, change: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(change)) to[name] = Math.round((to[name] ?? 0) + value)
}
