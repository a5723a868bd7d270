import type { MarketplaceConfig, StateBodies } from '@species/contracts'
import { intentFacts, sellerFee } from '@species/contracts/intents'
import { type Refusal, type Result, feeOf, ok } from '@species/kernel'
import { chargesOf } from './limits.ts'
import { postingOf } from './posting.ts'

/** USDT in micro-units. */
export interface Estimate {
  /** Of what is bought, sold or redeemed, without fees. */
  readonly totalMicro: bigint
  readonly feeMicro: bigint
  /** What the owner pays, with the fee. */
  readonly dueMicro: bigint
  /** What the owner gets, less the fee; of a listing once all of it is sold. */
  readonly proceedsMicro: bigint
}

/** What a matched event comes to for its owner, by the rules that its settlement posts by. */
export function estimateOf(dossier: StateBodies['matched'], config: MarketplaceConfig): Estimate {
  const { intent, match } = dossier
  const { book, money } = intentFacts[intent]
  if (book === 'opens') {
    const totalMicro = (match.listing?.unitPriceMicro ?? 0n) * match.units
    const feeMicro = feeOf(totalMicro, config.feeBasisPoints[sellerFee])
    return { totalMicro, feeMicro, dueMicro: 0n, proceedsMicro: totalMicro - feeMicro }
  }
  const { feeMicro, dueMicro } = postingOf(dossier, config)
  const { totalMicro } = match
  return { totalMicro, feeMicro, dueMicro, proceedsMicro: money?.payee === 'user' ? totalMicro - feeMicro : 0n }
}

/**
 * Whether the limits of the key allow a matched event by itself, by the rule that funding asks. What is used up over time is asked only
 * there.
 */
export function withinLimits(
  dossier: StateBodies['matched'],
  config: MarketplaceConfig,
): Result<undefined, Refusal<'limit_exceeded'>> {
  const charges = chargesOf(dossier, postingOf(dossier, config), 0)
  return charges.ok ? ok(undefined) : charges
}
