import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ChainEntry } from '../chains/change.ts'
import { chainEntrySchema } from '../chains/change.ts'
import { SimulatedChain } from '../chains/chain.ts'
import type { ChainName } from '../chains/profile.ts'
import { chainNames, chainProfiles } from '../chains/profile.ts'
import { FireflyBook } from '../firefly/book.ts'
import { type FireflyEntry, fireflyEntrySchema } from '../firefly/entry.ts'
import type { OnliEntry } from '../onli/entry.ts'
import { onliEntrySchema } from '../onli/entry.ts'
import { OnliBook } from '../onli/book.ts'
import { type Payment, type PaymentEntry, paymentEntrySchema } from '../nowpayments/entry.ts'
import { type Stream, type StreamEntry, streamEntrySchema } from '../streams/entry.ts'
import type { Journal } from './journal.ts'
import { forgetfulJournal, openJournal, readJournal } from './journal.ts'

export interface WorldOptions {
  readonly journalPath: string | undefined
  readonly now: () => number
  readonly blockIntervalMs: number
  /** Undefined = as it was before the restart. */
  readonly honoursIdempotencyKeys: boolean | undefined
}

const entrySchema = z.union([
  onliEntrySchema,
  chainEntrySchema,
  fireflyEntrySchema,
  streamEntrySchema,
  paymentEntrySchema,
])
type Entry = OnliEntry | ChainEntry | FireflyEntry | StreamEntry | PaymentEntry

/**
 * All that the partners know. A handler records its changes and then commits once, without yielding in between; what a
 * caller is told after `commit` survives the death of the process.
 */
export class World {
  readonly chains: Readonly<Record<ChainName, SimulatedChain>>
  readonly onli = new OnliBook()
  readonly firefly = new FireflyBook()
  readonly streams = new Map<string, Stream>()
  /** Of NOWPayments, by their numbers. */
  readonly payments = new Map<number, Payment>()
  readonly #clock: () => number
  #latest = 0
  #pending = ''
  #journal: Journal = forgetfulJournal
  #broken = false

  constructor(options: WorldOptions) {
    this.#clock = options.now
    const chain = (name: ChainName): SimulatedChain => new SimulatedChain(chainProfiles[name])
    this.chains = { ETH: chain('ETH'), BSC: chain('BSC'), POLYGON: chain('POLYGON'), TRON: chain('TRON') }
    if (options.journalPath !== undefined) this.#replay(options.journalPath)
    this.#settle(options)
    if (options.journalPath !== undefined) this.#journal = openJournal(options.journalPath, this.#snapshot())
    this.#pending = '' // what start-up changed is part of the snapshot
  }

  /** Wall time in ms that never goes back, so that blocks keep their times. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#clock())
    return this.#latest
  }

  nowSeconds(): number {
    return Math.floor(this.now() / 1000)
  }

  /** Carries out a change and remembers to write it; `commit` must follow in the same turn of the event loop. */
  record(entry: Entry): void {
    if (this.#broken) throw new Error("the sandbox's journal cannot be written; restart it")
    this.#apply(entry)
    this.#pending += `${JSON.stringify(entry)}\n`
  }

  /** Writes everything recorded, in one write. */
  commit(): void {
    if (this.#pending === '') return
    const lines = this.#pending
    this.#pending = ''
    try {
      this.#journal.append(lines)
    } catch (error) {
      // Memory is now ahead of the file: to go on would be to acknowledge what a restart forgets.
      this.#broken = true
      throw error
    }
  }

  close(): void {
    this.commit()
    this.#journal.close()
  }

  #apply(entry: Entry): void {
    if (entry.t === 'chain') this.chains[entry.chain].apply(entry.change)
    else if (isFirefly(entry)) this.firefly.apply(entry)
    else if (entry.t === 'stream') this.#putStream(entry)
    else if (entry.t === 'np_payment') this.payments.set(entry.payment.id, entry.payment)
    else this.onli.apply(entry)
  }

  #putStream({ id, stream }: StreamEntry): void {
    if (stream) this.streams.set(id, stream)
    else this.streams.delete(id)
  }

  #replay(path: string): void {
    readJournal(path, (line, lineNumber) => {
      try {
        const entry = entrySchema.parse(JSON.parse(line))
        if (entry.t === 'chain' && 'at' in entry.change) this.#latest = Math.max(this.#latest, entry.change.at)
        this.#apply(entry)
      } catch (cause) {
        throw new Error(`the sandbox's journal is damaged at line ${String(lineNumber)}`, { cause })
      }
    })
  }

  #settle(options: WorldOptions): void {
    const at = this.now()
    for (const name of chainNames) {
      const chain = this.chains[name]
      if (chain.isEmpty) this.#apply({ t: 'chain', chain: name, change: { k: 'genesis', at, salt: newSalt() } })
      if (chain.intervalMs !== options.blockIntervalMs) {
        this.#apply({ t: 'chain', chain: name, change: { k: 'interval', at, ms: options.blockIntervalMs } })
      }
    }
    if (options.honoursIdempotencyKeys !== undefined)
      this.onli.apply({ t: 'honours', value: options.honoursIdempotencyKeys })
  }

  *#snapshot(): Generator<string> {
    for (const name of chainNames) {
      for (const change of this.chains[name].snapshot()) yield JSON.stringify({ t: 'chain', chain: name, change })
    }
    for (const entry of this.onli.snapshot()) yield JSON.stringify(entry)
    for (const entry of this.firefly.snapshot()) yield JSON.stringify(entry)
    for (const [id, stream] of this.streams) yield JSON.stringify({ t: 'stream', id, stream })
    for (const payment of this.payments.values()) yield JSON.stringify({ t: 'np_payment', payment })
  }
}

function isFirefly(entry: Entry): entry is FireflyEntry {
  return entry.t.startsWith('ff_')
}

/** Makes block hashes differ between forks and between sandboxes. */
export function newSalt(): string {
  return randomBytes(8).toString('hex')
}
