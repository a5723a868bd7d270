import {
  type Chain,
  type ChainTransaction,
  type MarketplaceConfig,
  comparable,
  countAlike,
  usdtOf,
} from '@species/contracts'
import type { TransferRow } from '../adapters/transfer-rows.ts'
import { keyOf } from './keys.ts'
import type { QuotesDeps } from './deps.ts'

/** Which of these transfers their chain shows now, final: before money is credited the chain is read again, never only a list. */
export async function verify(
  { chainReaders }: Pick<QuotesDeps, 'chainReaders'>,
  transfers: readonly TransferRow[],
  config: MarketplaceConfig,
): Promise<ReadonlySet<string>> {
  const verified = new Set<string>()
  for (const all of Map.groupBy(transfers, ({ chain, hash }) => `${chain} ${hash}`).values()) {
    const [first] = all
    if (!first) continue
    const { chain, hash, blockNumber } = first
    const reader = chainReaders.find((one) => one.chains.includes(chain))
    const outcome = await reader?.transaction(chain, hash, blockNumber)
    if (outcome?.kind !== 'yes' || outcome.value.confirmations < config.chains[chain].confirmations) continue
    for (const one of all) if (stands(one, outcome.value)) verified.add(keyOf(one))
  }
  return verified
}

function stands(one: TransferRow, transaction: ChainTransaction): boolean {
  return (
    transaction.succeeded &&
    transaction.blockTimeMs === one.blockTimeMs &&
    countAlike(transaction, { ...one, tokenAddress: usdtOf(one.chain).address }) > one.nth
  )
}

/** Money on a chain that is closed, or at an address whose keys others may have, is an operator's to decide. */
export function isSafe(chain: Chain, address: string, { chains }: MarketplaceConfig): boolean {
  const { enabled, compromisedAddresses } = chains[chain]
  return enabled && !compromisedAddresses.some((one) => comparable(chain, one) === comparable(chain, address))
}
