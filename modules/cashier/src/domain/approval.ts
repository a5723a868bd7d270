import type { Mandate, MarketplaceConfig, StateBodies } from '@species/contracts'
import { intentFacts } from '@species/contracts/intents'
import { type Refusal, type Result, feeOf, formatUsdt, ok, parseUsdt, refuse } from '@species/kernel'

/** What an event moves, as a mandate counts it: micro-USDT with the fee, and units. */
export interface Moved {
  readonly usdtMicro: bigint
  readonly units: bigint
}

/** How long a person may take, and how long what they granted may be used: from when it was asked for. */
export const approvalLifeMs = 24 * 3_600_000

/** Approvals of one agent that wait for a decision. */
export const maxUndecided = 20

export type ApprovalState = 'undecided' | 'granted' | 'denied' | 'expired' | 'used' | 'ended'

/** A bucket of the agent's counters and what was charged to it. */
export interface Charged {
  readonly keyId: string
  readonly windowName: string
  readonly units: bigint
}

/** An approval of exactly one event. Times in Unix ms. */
export interface Approval {
  readonly approvalId: string
  readonly owner: string
  readonly agentId: string
  readonly eventHash: string
  readonly event: StateBodies['matched']['event']
  readonly mandateVersion: number
  readonly highestMicro: bigint
  readonly units: bigint
  readonly state: ApprovalState
  readonly charges: readonly Charged[]
  readonly askedAtMs: number
  readonly expiresAtMs: number
}

/** Whether an event takes an approval. What a threshold in USDT alone cannot measure, takes one. */
export function needsApproval({ approvalAbove }: Mandate, { usdtMicro, units }: Moved): boolean {
  if (approvalAbove === undefined || units === 0n) return false
  const { usdt, units: most } = approvalAbove
  if (usdt === undefined && most === undefined) return false
  const isUnmeasured = most === undefined && usdtMicro === 0n
  return isUnmeasured || (usdt !== undefined && usdtMicro > usdt) || (most !== undefined && units > most)
}

/** The most that an event may come to: at the highest price that it names, and otherwise as things stand. */
export function highestOf(
  { event, intent, match }: StateBodies['matched'],
  moved: Moved,
  config: MarketplaceConfig,
): Moved {
  const units = event.amount === undefined ? match.units : BigInt(event.amount)
  const { money } = intentFacts[intent]
  const highest = event.payWith?.maxUnitPrice === undefined ? undefined : parseUsdt(event.payWith.maxUnitPrice)
  if (!highest?.ok || money?.payer !== 'user') return { usdtMicro: moved.usdtMicro, units }
  const total = highest.value * units
  const most = total + feeOf(total, config.feeBasisPoints[money.fee])
  return { usdtMicro: most > moved.usdtMicro ? most : moved.usdtMicro, units }
}

/** Whether what was granted covers an event that moves this. */
export function isGranted(
  approval: Approval | undefined,
  moved: Moved,
  nowMs: number,
): Result<Approval, Refusal<'approval_required'>> {
  if (approval === undefined)
    return refuse(
      'approval_required',
      'The event moves more than the mandate allows without an approval, which the price it was sent at did not take. Send it under a new eventId, and ask your owner to approve it.',
    )
  const { approvalId, state, expiresAtMs, highestMicro } = approval
  if (state !== 'granted' || expiresAtMs <= nowMs)
    return refuse(
      'approval_required',
      `The approval ${approvalId} is ${state === 'granted' ? 'expired' : state}. Send the event under a new eventId, and ask your owner to approve it.`,
    )
  if (moved.usdtMicro > highestMicro || moved.units > approval.units)
    return refuse(
      'approval_required',
      `Up to ${formatUsdt(highestMicro)} USDT and ${approval.units} units were approved; the event now moves ${formatUsdt(moved.usdtMicro)} USDT and ${moved.units} units. Send it under a new eventId, and ask again.`,
    )
  return ok(approval)
}

/** What a granted approval was charged, cut down to what its event moves; and the rest, which is given back. */
export function chargesUsed(approval: Approval, moved: Moved): { kept: Charged[]; rest: Charged[] } {
  const split = approval.charges.map((charge) => {
    const most = charge.windowName.startsWith('usdt-') ? moved.usdtMicro : moved.units
    return { charge, kept: charge.units < most ? charge.units : most }
  })
  return {
    kept: split.map(({ charge, kept }) => ({ ...charge, units: kept })).filter(({ units }) => units > 0n),
    rest: split
      .map(({ charge, kept }) => ({ ...charge, units: charge.units - kept }))
      .filter(({ units }) => units > 0n),
  }
}
