import type { ClaimStanding } from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import type { ReconciliationDeps } from './deps.ts'

interface PaymentsPart {
  readonly breaches: string[]
  /** Money that these claims brought in; micro-units. */
  readonly bookedMicro: bigint
  readonly rows: number
  readonly next?: string
}

const looks = 5

/**
 * Whether the ledger has each claim of a page as it stands. Claims are booked and taken back a moment later, so what does not agree is
 * looked at again; only what differs every time is a breach.
 */
export async function compareClaims(deps: ReconciliationDeps, after: string): Promise<PaymentsPart> {
  const { cashier, validator } = deps.queries
  for (let look = 1; ; look++) {
    const { claims, ...place } = await validator.claimsFrom(after)
    const booked = await cashier.bookedMicro(claims.map((claim) => claim.transferId))
    const micro = (claim: ClaimStanding): bigint => booked.get(claim.transferId) ?? 0n
    const wrong = claims.filter((claim) => !isBooked(claim, micro(claim)))
    if (wrong.length > 0 && look < looks) continue
    return {
      breaches: wrong.slice(0, mostTold).map((claim) => inWords(claim, micro(claim))),
      bookedMicro: claims.reduce((sum, claim) => sum + micro(claim), 0n),
      rows: claims.length,
      ...place,
    }
  }
}

const mostTold = 20

function isBooked({ standing, amountMicro }: ClaimStanding, bookedMicro: bigint): boolean {
  if (standing === 'moving') return bookedMicro === 0n || bookedMicro === amountMicro
  return bookedMicro === (standing === 'booked' ? amountMicro : 0n)
}

function inWords({ transferId, standing, amountMicro }: ClaimStanding, bookedMicro: bigint): string {
  const claimed =
    standing === 'reversed' ? 'vanished and was reversed' : `is claimed with ${formatUsdt(amountMicro)} USDT`
  return `${transferId} ${claimed}, the ledger has booked ${formatUsdt(bookedMicro)} USDT of it`
}

/** Whether each payment of a page of the ledger was claimed: a claim is made before its payment is booked, and stays for ever. */
export async function compareBookings(
  deps: ReconciliationDeps,
  after: string,
): Promise<Omit<PaymentsPart, 'bookedMicro'>> {
  const { paymentTransferIds, ...page } = await deps.queries.cashier.paymentsFrom(after)
  const unclaimed = await deps.queries.validator.unclaimed(paymentTransferIds)
  return { ...page, breaches: unclaimed.slice(0, mostTold).map((id) => `${id} is booked, and nothing has claimed it`) }
}
