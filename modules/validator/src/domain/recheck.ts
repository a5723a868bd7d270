import type { Chain, ChainTransaction, MarketplaceConfig } from '@species/contracts'
import type { Outcome } from '@species/kernel'
import { comparable, genuineUsdt, toMicro } from './token.ts'

/** Usual time of a block, for the time of a re-check only. */
const blockMs: Readonly<Record<Chain, number>> = { ETH: 12_000, BSC: 3_000, POLYGON: 2_000, TRON: 3_000 }
const solidBlocks = 19

/** When a claim is looked at for the `done + 1`th time; undefined: no more. */
export function nextRecheckMs(
  chain: Chain,
  config: MarketplaceConfig,
  claimedAtMs: number,
  done: number,
): number | undefined {
  const multiple = config.recheckMultiples[done]
  if (multiple === undefined) return undefined
  const blocks = chain === 'TRON' ? solidBlocks : config.chains[chain].confirmations
  return claimedAtMs + multiple * blocks * blockMs[chain]
}

export interface ClaimedTransfer {
  readonly chain: Chain
  readonly logIndex: number
  readonly fromAddress: string
  readonly toAddress: string
  readonly amountMicro: bigint
}

/** Whether a claimed transfer is still what it was. Only a definite absence speaks against it; no answer means nothing. */
export function standsStill(
  claim: ClaimedTransfer,
  outcome: Outcome<ChainTransaction>,
): 'stands' | 'missing' | 'unknown' {
  if (outcome.kind === 'unknown') return 'unknown'
  if (outcome.kind === 'no') return 'missing'
  if (outcome.kind === 'not_yet') return outcome.reason === 'not_found' ? 'missing' : 'unknown'
  const transaction = outcome.value
  const same = transaction.transfers.some(
    (transfer) =>
      transfer.logIndex === claim.logIndex &&
      comparable(claim.chain, transfer.tokenAddress) === genuineUsdt[claim.chain].address &&
      comparable(claim.chain, transfer.fromAddress) === comparable(claim.chain, claim.fromAddress) &&
      comparable(claim.chain, transfer.toAddress) === comparable(claim.chain, claim.toAddress) &&
      toMicro(claim.chain, transfer.rawValue) === claim.amountMicro,
  )
  return transaction.succeeded && same ? 'stands' : 'missing'
}
