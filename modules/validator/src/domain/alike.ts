import type { ChainTransaction, ChainTransfer } from '@species/contracts'
import { comparable } from './token.ts'

type Facts = Omit<ChainTransfer, 'logIndex'>

/**
 * The transfers of a transaction that say what this one says, in log order. A transaction that is mined again after a
 * reorganisation has other log indexes, which count within the block; which of several alike a transfer is, it keeps.
 */
export function transfersAlike({ chain, transfers }: ChainTransaction, facts: Facts): ChainTransfer[] {
  const same = (one: string, other: string): boolean => comparable(chain, one) === comparable(chain, other)
  return transfers
    .filter(
      (transfer) =>
        same(transfer.tokenAddress, facts.tokenAddress) &&
        same(transfer.fromAddress, facts.fromAddress) &&
        same(transfer.toAddress, facts.toAddress) &&
        transfer.rawValue === facts.rawValue,
    )
    .sort((one, other) => one.logIndex - other.logIndex)
}
