import { appendFileSync } from 'node:fs'

export type Intent = 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'

/** What a receipt says, as far as the drill looks. */
export interface ReceiptFields {
  readonly receiptId: string
  readonly eventId: string
  readonly eventKey: string
  readonly owner: string
  readonly status: 'COMPLETED' | 'FAILED' | 'DISPUTED'
  readonly intent?: string
  readonly units?: string
  readonly price?: { readonly total: string; readonly fee: string; readonly paid: string }
  readonly credited?: string
  readonly payments: readonly { readonly hash: string; readonly amount: string }[]
  readonly fills: readonly {
    readonly listingId: string
    readonly seller: string
    readonly units: string
    readonly unitPrice: string
    readonly total: string
  }[]
  readonly listingId?: string
  readonly delivery?: {
    readonly operationId: string
    readonly fromVault: string
    readonly toVault?: string
    readonly units: string
  }
  readonly refusal?: { readonly code: string; readonly detail: string }
}

/** One event as its sender knows it. */
export interface Entry {
  readonly eventId: string
  readonly owner: string
  readonly intent: Intent
  readonly event: Readonly<Record<string, unknown>>
  /** USDT minted for it on the sandbox's chain, in micro-units. */
  readonly payment?: { readonly hash: string; readonly micro: bigint }
  /** How often it was sent. */
  tries: number
  acceptedAt?: number
  /** The receipt id that the 202 promised. */
  promised?: string
  /** The code of a definite refusal at the door. */
  refused?: string
  endedAt?: number
  receipt?: ReceiptFields
  jws?: string
}

/** The drill's own book: what was sent, what was promised, how it ended. Kept in a file too, for whoever looks into a finding. */
export class Book {
  readonly entries = new Map<string, Entry>()
  /** Contradictions that were seen under way. */
  readonly findings: string[] = []
  readonly #file: string
  #listeners: ((entry: Entry) => void)[] = []

  constructor(file: string) {
    this.#file = file
  }

  open(entry: Omit<Entry, 'tries'>): Entry {
    const made: Entry = { ...entry, tries: 0 }
    this.entries.set(entry.eventId, made)
    return made
  }

  accepted(entry: Entry, promised: string): void {
    if (entry.promised !== undefined && entry.promised !== promised)
      this.findings.push(`${entry.eventId}: a resend was promised ${promised}, the first time ${entry.promised}`)
    if (entry.acceptedAt !== undefined) return
    entry.acceptedAt = Date.now()
    entry.promised = promised
    this.#write({ accepted: entry.eventId, owner: entry.owner, event: entry.event, promised })
    for (const listener of this.#listeners) listener(entry)
  }

  refused(entry: Entry, code: string): void {
    entry.refused = code
    this.#write({ refused: entry.eventId, code })
  }

  ended(entry: Entry, receipt: ReceiptFields, jws: string): void {
    if (entry.receipt) return
    entry.endedAt = Date.now()
    entry.receipt = receipt
    entry.jws = jws
    this.#write({ ended: entry.eventId, receipt })
  }

  /** Called with each event that is accepted from now on. */
  onAccepted(listener: (entry: Entry) => void): () => void {
    this.#listeners.push(listener)
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener)
    }
  }

  all(): Entry[] {
    return [...this.entries.values()]
  }
  get promised(): Entry[] {
    return this.all().filter((entry) => entry.acceptedAt !== undefined)
  }
  get unended(): Entry[] {
    return this.promised.filter((entry) => entry.receipt === undefined)
  }

  #write(line: object): void {
    appendFileSync(
      this.#file,
      `${JSON.stringify({ at: new Date().toISOString(), ...line }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`,
    )
  }
}
