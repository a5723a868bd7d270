import type { BookEntry } from '@species/contracts'
import type { Asset } from '@species/kernel'
import { bookAccountOf } from './chart.ts'

/** A pair, or a summary of pairs, that waits to be written. */
export interface QueuedPair {
  readonly place: bigint
  readonly externalId: string
  readonly transferId: string | undefined
  readonly eventKey: string | undefined
  readonly kind: string
  readonly source: string
  readonly destination: string
  readonly asset: Asset
  readonly amount: bigint
  readonly atMs: number
  readonly standsFor: number | undefined
  readonly tried: boolean
}

/**
 * A pair as the book takes it. Our ledger counts credits above zero and the book debits, so what leaves our source comes into the
 * book's: the two change places. It depends on the pair alone: the book compares entries as a whole to find a repeat.
 */
export function bookEntryOf(pair: QueuedPair, bookIdOf: (control: string) => string): BookEntry {
  const from = bookAccountOf(pair.destination, pair.asset).type
  const to = bookAccountOf(pair.source, pair.asset).type
  return {
    externalId: pair.externalId,
    type: from === to ? 'transfer' : from === 'liability' ? 'deposit' : 'withdrawal',
    sourceId: bookIdOf(pair.destination),
    destinationId: bookIdOf(pair.source),
    asset: pair.asset,
    amount: pair.amount,
    atMs: pair.atMs,
    description: descriptionOf(pair),
    reference: pair.eventKey ?? pair.transferId ?? pair.externalId,
    tags: [pair.kind],
    notes: pair.standsFor === undefined ? '' : `Stands for ${String(pair.standsFor)} entries of this hour.`,
  }
}

function descriptionOf({ kind, source, destination, standsFor, eventKey }: QueuedPair): string {
  const what = `${source} to ${destination}`
  if (standsFor !== undefined) return `${String(standsFor)} entries, ${what}`
  return eventKey === undefined ? `${kind}, ${what}` : `${kind}, ${what}, event ${eventKey}`
}
