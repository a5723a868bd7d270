import type { Chain } from '@species/contracts/chains'

export const payoutStates = [
  'requested',
  'approved',
  'sending',
  'sent',
  'proven',
  'settled',
  'cancelled',
  'failed',
  'review',
] as const
export type PayoutState = (typeof payoutStates)[number]

/**
 * Where a payout can go from each state. From `sending` on nothing leads back to a state in which it could be sent, and nothing that
 * time alone does ends it.
 */
export const nextStates: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  requested: ['approved', 'cancelled'],
  approved: ['sending', 'cancelled'],
  sending: ['sent', 'failed', 'review'],
  sent: ['sent', 'proven', 'review'],
  proven: ['settled', 'review'],
  review: ['sent', 'proven', 'failed'],
  settled: [],
  cancelled: [],
  failed: [],
}

/** States in which a payout counts among those of its owner that are open. */
export const openStates: readonly PayoutState[] = ['requested', 'approved', 'sending', 'sent', 'review']

/** What an approval is about: any change makes another text. */
export interface Payable {
  readonly payoutId: string
  readonly owner: string
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
}

/** Accounts of the marketplace whose money leaves by payouts. */
export const marketAccounts = ['treasury', 'fees', 'liquidity_pool'] as const
export type MarketAccount = (typeof marketAccounts)[number]

/** Who owns a payout of the marketplace's own money: no user can have this name. */
export function marketOwner(account: MarketAccount): string {
  return `market:${account}`
}

/** The text whose hash people approve. */
export function approvalText({ payoutId, owner, chain, address, amountMicro }: Payable): string {
  return ['SPECIES payout 1', payoutId, owner, chain, address, amountMicro.toString()].join('\n')
}

/** How many people must approve a payout, by what has been approved in the last 24 hours for its owner and for its address. */
export function peopleNeeded(
  amountMicro: bigint,
  approvedMicro: { readonly ofOwner: bigint; readonly toAddress: bigint },
  secondPersonMicro: bigint,
): 1 | 2 {
  const most = approvedMicro.ofOwner > approvedMicro.toAddress ? approvedMicro.ofOwner : approvedMicro.toAddress
  return most + amountMicro > secondPersonMicro ? 2 : 1
}

/** What a payout of this life is called in the ledger while it is held, and after. */
export function ledgerId(payoutId: string, life: number): string {
  return life === 0 ? `payout:${payoutId}` : `payout:${payoutId}:${life}`
}

/** What giving back a vanished payout is called in the ledger. */
export function returnId(payoutId: string, life: number): string {
  return `payout_returned:${payoutId}:${life}`
}
