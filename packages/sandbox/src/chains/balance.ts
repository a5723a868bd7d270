import type { SimulatedChain } from './chain.ts'

/** What an address has of a token, in base units: what came in by successful transactions up to a block, less what went out. */
export function balanceOf(chain: SimulatedChain, token: string, address: string, upTo: number): bigint {
  let sum = 0n
  for (const tx of chain.transactionsAbove(-1)) {
    if (!tx.success || tx.block > upTo) continue
    for (const log of tx.logs) {
      if (log.event !== 'Transfer' || log.token !== token) continue
      if (log.to === address) sum += BigInt(log.amount)
      if (log.from === address) sum -= BigInt(log.amount)
    }
  }
  // Payers of the sandbox pay without having been paid.
  return sum < 0n ? 0n : sum
}
