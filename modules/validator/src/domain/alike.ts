import type { ChainTransaction, ChainTransfer } from '@species/contracts'
import { comparable } from './token.ts'

type Facts = Omit<ChainTransfer, 'logIndex'>

interface Places {
  readonly nth: ReadonlyMap<ChainTransfer, number>
  readonly counts: ReadonlyMap<string, number>
}

/** Of a transaction that many events cite, or in which many were paid, the places are found once. */
const found = new WeakMap<ChainTransaction, Places>()

/**
 * The place of a transfer, from 0 and in log order, among those of its transaction that say the same: token, sender, recipient
 * and value. A transaction that is mined again after a reorganisation has other log indexes, which count within the block; which
 * of several alike a transfer is, it keeps.
 */
export function placeOf(transaction: ChainTransaction, transfer: ChainTransfer): number {
  return placesIn(transaction).nth.get(transfer) ?? 0
}

/** How many transfers of a transaction say this. */
export function countAlike(transaction: ChainTransaction, facts: Facts): number {
  return placesIn(transaction).counts.get(wordsOf(transaction, facts)) ?? 0
}

function placesIn(transaction: ChainTransaction): Places {
  const before = found.get(transaction)
  if (before) return before
  const nth = new Map<ChainTransfer, number>()
  const counts = new Map<string, number>()
  for (const transfer of [...transaction.transfers].sort((one, other) => one.logIndex - other.logIndex)) {
    const words = wordsOf(transaction, transfer)
    const earlier = counts.get(words) ?? 0
    nth.set(transfer, earlier)
    counts.set(words, earlier + 1)
  }
  const places = { nth, counts }
  found.set(transaction, places)
  return places
}

function wordsOf({ chain }: ChainTransaction, { tokenAddress, fromAddress, toAddress, rawValue }: Facts): string {
  const addresses = [tokenAddress, fromAddress, toAddress].map((address) => comparable(chain, address))
  return [...addresses, rawValue].join(' ')
}
