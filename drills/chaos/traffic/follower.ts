import { setTimeout as pause } from 'node:timers/promises'
import { SpeciesError, verifyReceipt } from '@species/sdk'
import type { Addresses } from './caller.ts'
import type { Book, Entry, ReceiptFields } from './book.ts'
import type { User } from './users.ts'

type KeySet = Parameters<typeof verifyReceipt>[1]

/** How many receipts are asked for at once. */
const atOnce = 8
const firstLookMs = 300
const longestWaitMs = 3_000

/** Asks for the receipt of each accepted event until it is there, verifies it with the public keys, and enters it in the book. */
export class Follower {
  readonly #book: Book
  readonly #users: ReadonlyMap<string, User>
  readonly #addresses: Addresses
  readonly #due: { entry: Entry; at: number; waitMs: number }[] = []
  readonly #forget: () => void
  #keys: KeySet | undefined
  #running = true
  #busy = 0

  constructor(book: Book, users: readonly User[], addresses: Addresses) {
    this.#book = book
    this.#users = new Map(users.map((user) => [user.onliId, user]))
    this.#addresses = addresses
    this.#forget = book.onAccepted((entry) => {
      this.#due.push({ entry, at: Date.now() + firstLookMs, waitMs: firstLookMs })
    })
    void this.#loop()
  }

  stop(): void {
    this.#running = false
    this.#forget()
  }

  /** Resolves when this event has its receipt; undefined when the time is over before. */
  async untilEnded(entry: Entry, timeoutMs: number): Promise<ReceiptFields | undefined> {
    const until = Date.now() + timeoutMs
    while (Date.now() < until) {
      await this.#look(entry)
      if (entry.receipt) return entry.receipt
      await pause(100)
    }
    return undefined
  }

  async #loop(): Promise<void> {
    while (this.#running) {
      const now = Date.now()
      const index = this.#busy < atOnce ? this.#due.findIndex((one) => one.at <= now) : -1
      const [next] = index < 0 ? [] : this.#due.splice(index, 1)
      if (!next) {
        await pause(20)
        continue
      }
      this.#busy++
      void this.#look(next.entry).finally(() => {
        this.#busy--
        const waitMs = Math.min(longestWaitMs, next.waitMs * 1.7)
        if (!next.entry.receipt) this.#due.push({ entry: next.entry, at: Date.now() + waitMs, waitMs })
      })
    }
  }

  async #look(entry: Entry): Promise<void> {
    try {
      const told = (await this.#users
        .get(entry.owner)
        ?.caller.call('GET', `/marketplace/v1/receipts/${entry.eventId}`, undefined, { giveUpMs: 2_000 })) as {
        jws: string
      }
      const receipt = (await verifyReceipt(told.jws, await this.#keySet())) as unknown as ReceiptFields
      this.#book.ended(entry, receipt, told.jws)
    } catch (error) {
      if (!(error instanceof SpeciesError)) throw error
      if (error.code === 'receipt_invalid') {
        this.#keys = undefined
        this.#book.findings.push(`${entry.eventId}: its receipt is not signed by one of the public keys`)
      }
      // Otherwise it has not ended, or nobody answers: it is asked again.
    }
  }

  async #keySet(): Promise<KeySet> {
    if (this.#keys) return this.#keys
    const url = this.#addresses.next()
    try {
      const answer = await fetch(`${url ?? ''}/.well-known/jwks.json`, { signal: AbortSignal.timeout(5_000) })
      if (!answer.ok) throw new Error(String(answer.status))
      this.#keys = (await answer.json()) as KeySet
      return this.#keys
    } catch (error) {
      throw new SpeciesError(
        { code: 'network_error', status: 0, detail: 'no public keys', retryable: true },
        { cause: error },
      )
    }
  }
}
