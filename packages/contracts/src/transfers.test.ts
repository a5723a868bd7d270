import type { ChainTransaction, ChainTransfer } from './transfers.ts'
import { expect, test } from 'vitest'
import { countAlike, placeOf } from './transfers.ts'

/** A transaction that counts how often its transfers are read. */
function transactionOf(count: number): { transaction: ChainTransaction; reads: () => number } {
  let reads = 0
  const transfers = Array.from({ length: count }, (_, index): ChainTransfer => {
    const transfer = { logIndex: count - index, tokenAddress: 'token', fromAddress: `0x${index % 2}`, toAddress: 'us' }
    return {
      ...transfer,
      get rawValue() {
        reads++
        return 5n
      },
    }
  })
  const chain = { chain: 'ETH', hash: 'x', succeeded: true, blockNumber: 1, blockTimeMs: 1, confirmations: 1 } as const
  return { transaction: { ...chain, transfers }, reads: () => reads }
}

test('the places of a transaction of thousands, asked for by every event that cites it, are found in one reading', () => {
  const { transaction, reads } = transactionOf(5_000)
  const places = Array.from({ length: 100 }, () =>
    transaction.transfers.map((transfer) => placeOf(transaction, transfer)),
  )
  // In log order, which is the reverse of the order given, each of two senders by itself.
  expect(places[99]?.slice(0, 4)).toEqual([2_499, 2_499, 2_498, 2_498])
  expect(reads()).toBe(5_000)
  const facts = { tokenAddress: 'TOKEN', fromAddress: '0x1', toAddress: 'us', rawValue: 5n }
  expect(countAlike(transaction, facts)).toBe(2_500)
  expect(countAlike(transaction, { ...facts, rawValue: 6n })).toBe(0)
  expect(reads()).toBe(5_000)
})
