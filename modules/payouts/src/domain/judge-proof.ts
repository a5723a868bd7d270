import type { MarketplaceConfig, ProvenTransfer } from '@species/contracts'
import { type Chain, usdtOf } from '@species/contracts/chains'
import { type ChainTransaction, comparable, placeOf, toMicro } from '@species/contracts/transfers'
import type { Outcome } from '@species/kernel'

/** What a transaction must show to prove a payout. */
export interface ProofQuestion {
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
  readonly approvedAtMs: number
}

export type Finding =
  /** Each of these transfers would prove it, if no other payout has it. */
  | { readonly kind: 'proves'; readonly transfers: readonly ProvenTransfer[] }
  /** Final, and it proves nothing: the transaction failed, or it is another transfer. */
  | { readonly kind: 'not_it'; readonly failed: boolean; readonly why: string }
  /** It is on the chain and not final. */
  | { readonly kind: 'not_final'; readonly why: string }
  /** The chain does not show it. It may come. */
  | { readonly kind: 'not_found'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/**
 * Whether a transaction proves a payout: genuine USDT, from a wallet of ours, to exactly this address, exactly this amount, mined after
 * the approval, final. Blocks tell their time in whole seconds, so the approval is compared in these.
 */
export function judgeProof(
  question: ProofQuestion,
  outcome: Outcome<ChainTransaction>,
  settings: Pick<MarketplaceConfig['chains'][Chain], 'ourWallets' | 'confirmations'>,
): Finding {
  if (outcome.kind === 'unknown') return { kind: 'unknown', why: outcome.reason }
  if (outcome.kind === 'no') return { kind: 'not_found', why: outcome.refusal.detail }
  if (outcome.kind === 'not_yet') return { kind: 'not_found', why: outcome.reason }
  const { value: transaction } = outcome
  const { chain, address, amountMicro, approvedAtMs } = question
  const { confirmations } = settings
  if (transaction.confirmations < confirmations)
    return { kind: 'not_final', why: `${transaction.confirmations} of ${confirmations} confirmations` }
  if (!transaction.succeeded) return { kind: 'not_it', failed: true, why: 'the transaction failed on its chain' }
  const wallets = new Set(settings.ourWallets.map((wallet) => comparable(chain, wallet)))
  const { address: token, decimals } = usdtOf(chain)
  const rawValue = amountMicro * 10n ** BigInt(decimals - 6)
  const checks: readonly [string, (one: ChainTransaction['transfers'][number]) => boolean][] = [
    ['no transfer of genuine USDT', (one) => comparable(chain, one.tokenAddress) === token],
    ['it was not sent from a wallet of ours', (one) => wallets.has(comparable(chain, one.fromAddress))],
    ['it went to another address', (one) => comparable(chain, one.toAddress) === comparable(chain, address)],
    ['it is of another amount', (one) => one.rawValue === rawValue],
  ]
  let left = [...transaction.transfers]
  for (const [why, isGood] of checks) {
    left = left.filter(isGood)
    if (left.length === 0) return { kind: 'not_it', failed: false, why }
  }
  if (transaction.blockTimeMs < Math.floor(approvedAtMs / 1_000) * 1_000)
    return { kind: 'not_it', failed: false, why: 'it was mined before the approval' }
  const { hash, blockNumber, blockTimeMs } = transaction
  const transfers = left.map((one) => ({
    chain,
    hash,
    fromAddress: comparable(chain, one.fromAddress),
    toAddress: comparable(chain, one.toAddress),
    rawValue: one.rawValue,
    nth: placeOf(transaction, one),
    logIndex: one.logIndex,
    amountMicro: toMicro(chain, one.rawValue),
    blockNumber,
    blockTimeMs,
  }))
  return { kind: 'proves', transfers }
}
