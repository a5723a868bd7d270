import type { ClaimHolder, PayoutStanding, ProvenTransfer } from '@species/contracts'

/** What a transfer out of one of our wallets is. */
export type Judged =
  | { readonly is: 'internal' | 'payout' }
  /** A payout that is under way may be it; which of several alike, its proof will say. */
  | { readonly is: 'pending'; readonly payoutId: string }
  | { readonly is: 'unexplained'; readonly cause: string; readonly payoutId?: string }

/** In these states a payout was sent, or may have been, and no transfer proves it yet. */
const unproven: readonly string[] = ['sending', 'sent', 'review']

/**
 * Judges final transfers out of wallets of one chain, the oldest first: a move between two of ours, the proof of a payout or a refund, what
 * a payout under way may be, or nothing that is known. One payout explains one transfer: a second one of the same amount to the same
 * address is unexplained, whether or not the first is proven.
 */
export function judgeOutflows(
  outflows: readonly ProvenTransfer[],
  known: {
    readonly ours: ReadonlySet<string>
    readonly holders: readonly (ClaimHolder | undefined)[]
    readonly payouts: readonly PayoutStanding[]
  },
): Judged[] {
  const taken = new Set<string>()
  return outflows.map((one, index): Judged => {
    const holder = known.holders[index]
    if (holder?.kind === 'payout' || holder?.kind === 'refund') return { is: 'payout' }
    if (known.ours.has(one.toAddress)) return { is: 'internal' }
    const alike = known.payouts.filter(
      (payout) => payout.address === one.toAddress && payout.amountMicro === one.amountMicro && isAfter(payout, one),
    )
    const open = alike.find((payout) => unproven.includes(payout.state) && !taken.has(payout.payoutId))
    if (open) {
      taken.add(open.payoutId)
      return { is: 'pending', payoutId: open.payoutId }
    }
    const [first] = alike
    if (!first)
      return { is: 'unexplained', cause: 'It was sent by hand without a payout, or with a key that others have.' }
    return { is: 'unexplained', cause: causeFrom(first), payoutId: first.payoutId }
  })
}

/** Blocks tell their time in whole seconds. */
function isAfter({ approvedAtMs }: PayoutStanding, { blockTimeMs }: ProvenTransfer): boolean {
  return approvedAtMs !== undefined && blockTimeMs >= Math.floor(approvedAtMs / 1_000) * 1_000
}

function causeFrom({ payoutId, state }: PayoutStanding): string {
  return state === 'cancelled' || state === 'failed'
    ? `The payout ${payoutId} was given up, and its money left nevertheless.`
    : `The payout ${payoutId} was sent a second time.`
}
