import type { AgentStanding, MarketplaceConfig, StateBodies } from '@species/contracts'
import { intentFacts, sellerFee } from '@species/contracts/intents'
import { type Refusal, type Result, feeOf, ok } from '@species/kernel'
import { chargesOf } from './limits.ts'
import { type MandateRefusal, allowedBy, mandateOf, movedBy } from './mandate.ts'
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

/**
 * Whether an agent of the owner may act now (Unix ms), and its mandate allows a matched event by itself, by the rules that funding asks.
 * What is used up over time, and what a person must approve, is asked only of the event.
 */
export function withinMandate(
  standing: AgentStanding | undefined,
  owner: string,
  nowMs: number,
  asked?: { readonly dossier: StateBodies['matched']; readonly config: MarketplaceConfig },
): Result<undefined, MandateRefusal> {
  const mandate = mandateOf(standing?.owner === owner ? standing : undefined, nowMs)
  if (!mandate.ok) return mandate
  if (!asked) return ok(undefined)
  const { dossier, config } = asked
  const allowed = allowedBy(mandate.value, dossier, movedBy(dossier, postingOf(dossier, config)))
  return allowed.ok ? ok(undefined) : allowed
}
