import { setTimeout as pause } from 'node:timers/promises'
import { SpeciesError } from '@species/sdk'
import type { Book, Entry } from './book.ts'
import { type Draft, type OpenListing, drawEvent } from './draw.ts'
import { type User, mint } from './users.ts'

export interface TrafficContext {
  readonly book: Book
  readonly users: readonly User[]
  readonly sandboxUrl: string
  readonly random: () => number
  /** Begins the names of events, so that drills do not meet. */
  readonly name: string
}

/** More senders than this without an answer, and no new one begins: the drill must not drown what it looks at. */
const maxUnanswered = 500

/** Sends events of all intents, all the time, each again under its own id until there is a definite answer. */
export class Traffic {
  readonly #context: TrafficContext
  readonly #users: ReadonlyMap<string, User>
  readonly #open = new Set<Promise<unknown>>()
  #number = 0
  #running = false
  #loop: Promise<void> = Promise.resolve()

  constructor(context: TrafficContext) {
    this.#context = context
    this.#users = new Map(context.users.map((user) => [user.onliId, user]))
  }

  /** So many a second from now on, whatever comes back. */
  start(perSecond: number): void {
    this.#running = true
    this.#loop = this.#run(perSecond)
  }

  /** Sends nothing new, and resolves when each sender has its answer. */
  async stop(): Promise<void> {
    this.#running = false
    await this.#loop
    await Promise.all(this.#open)
  }

  /** Sends one event and resolves with its entry when there is a definite answer. */
  async send(draft: Draft): Promise<Entry> {
    const { book, sandboxUrl, name } = this.#context
    const eventId = `${name}-${String(++this.#number).padStart(6, '0')}`
    const user = this.#users.get(draft.owner)
    if (!user) throw new Error(`${draft.owner} does not play`)
    const hash = draft.payMicro === undefined ? undefined : await mint(sandboxUrl, user.wallet, draft.payMicro)
    const event = {
      eventId,
      from: draft.owner,
      ...draft.fields,
      ...(hash === undefined ? {} : { payWith: { chain: 'ETH', proof: hash } }),
    }
    const entry = book.open({
      eventId,
      owner: draft.owner,
      intent: draft.intent,
      event,
      ...(hash !== undefined && draft.payMicro !== undefined ? { payment: { hash, micro: draft.payMicro } } : {}),
    })
    await this.deliver(entry)
    return entry
  }

  /** Sends the same event, again if it was sent before, until there is a definite answer. */
  async deliver(entry: Entry): Promise<void> {
    const { book } = this.#context
    try {
      const answer = (await this.#users
        .get(entry.owner)
        ?.caller.call('POST', '/marketplace/v1/events', entry.event, { tried: () => entry.tries++ })) as {
        receiptId: string
      }
      book.accepted(entry, answer.receiptId)
    } catch (error) {
      if (!(error instanceof SpeciesError)) throw error
      if (entry.acceptedAt !== undefined)
        book.findings.push(`${entry.eventId} was accepted, and a resend of it was refused: ${error.code}`)
      else book.refused(entry, error.status === 0 || error.status >= 500 ? `gave up: ${error.code}` : error.code)
    }
  }

  /** Listings that the receipts so far have opened and not closed. What is bought out meanwhile is refused, which is fine. */
  listings(): OpenListing[] {
    const open = new Map<string, OpenListing>()
    for (const { receipt, intent, event, owner } of this.#context.book.all()) {
      if (receipt?.status !== 'COMPLETED') continue
      if (intent === 'SELL_MARKET' && receipt.listingId !== undefined)
        open.set(receipt.listingId, { listingId: receipt.listingId, seller: owner })
      if (intent === 'DELIST') open.delete(String(event['delist']))
    }
    return [...open.values()].slice(-30)
  }

  async #run(perSecond: number): Promise<void> {
    const { users, random, book } = this.#context
    const names = users.map((user) => user.onliId)
    const startedAt = performance.now()
    let listings = this.listings()
    for (let count = 0; this.#running; count++) {
      const early = startedAt + (count * 1_000) / perSecond - performance.now()
      if (early > 0) await pause(early)
      if (count % perSecond === 0) listings = this.listings()
      if (this.#open.size >= maxUnanswered) continue
      const sending = this.send(drawEvent(random, names, listings)).catch((error: unknown) => {
        book.findings.push(`the drill itself failed: ${String(error)}`)
      })
      this.#open.add(sending)
      void sending.finally(() => this.#open.delete(sending))
    }
  }
}
