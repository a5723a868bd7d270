import type { UncreditedClaim } from '@species/contracts'

/** A transfer to or from us, and whether the ledger has it. */
export interface Booked {
  readonly amountMicro: bigint
  readonly position: number
  readonly isBooked: boolean
}

/** What the ledger and the tables say of one chain at one moment. Micro-USDT. */
export interface ChainBooks {
  /** The balance of `world:<chain>`: below zero by what our wallets hold. */
  readonly worldMicro: bigint
  /** Transfers to us of which it is not decided what they are. */
  readonly incoming: readonly Booked[]
  /** Claims that are on their way into the ledger, and whose money is not in suspense. */
  readonly uncredited: readonly (Pick<UncreditedClaim, 'amountMicro'> & { readonly position: number })[]
  /** Transfers from us that are no moves between our wallets. */
  readonly outgoing: readonly Booked[]
}

/**
 * What our wallets on a chain must hold at a position, by the books: what the ledger has, with what is on the chain and not in the ledger
 * yet, and without what the ledger has and the chain had not at that position.
 */
export function expectedMicro(books: ChainBooks, at: number): bigint {
  const sum = (some: readonly { amountMicro: bigint }[]): bigint =>
    some.reduce((total, one) => total + one.amountMicro, 0n)
  const isThere = ({ position }: { position: number }): boolean => position <= at
  const unbooked = ({ isBooked }: Booked): boolean => !isBooked
  const { incoming, uncredited, outgoing } = books
  const late = incoming.filter((one) => one.isBooked && !isThere(one))
  const lateUncredited = uncredited.filter((one) => !isThere(one))
  return (
    -books.worldMicro +
    sum(incoming.filter((one) => isThere(one) && unbooked(one))) +
    sum(uncredited.filter(isThere)) -
    (sum(late) - sum(lateUncredited)) -
    sum(outgoing.filter((one) => isThere(one) && unbooked(one))) +
    sum(outgoing.filter((one) => !isThere(one) && one.isBooked))
  )
}

/** Parts of a micro-USDT that payers send on chains with 18 decimals are in no ledger: together they may come to this. */
const dustMicro = 10_000n

/** By how much the wallets hold more than the books say, in micro-USDT; 0 where they agree. */
export function balanceDifference(chain: { readonly decimals: number }, heldRaw: bigint, expected: bigint): bigint {
  const scale = 10n ** BigInt(chain.decimals - 6)
  const difference = heldRaw / scale - expected
  return scale > 1n && difference >= 0n && difference <= dustMicro ? 0n : difference
}

/** What is the likely cause of a difference on a chain that was never compared before, or was. */
export function causeOf(difference: bigint, wasCompared: boolean): string {
  if (difference > 0n)
    return wasCompared
      ? 'Money came in that no list has shown, or it was taken out of the ledger though it did not leave.'
      : 'The wallets had a balance before the marketplace, which is in no ledger.'
  return wasCompared
    ? 'Money left that no list has shown, or it was booked though it did not come in.'
    : 'Money left the wallets before the marketplace watched what leaves them.'
}
