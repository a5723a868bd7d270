import type { Listing } from './listing.ts'

/** Owners' later quotes hold at most this part of what all quotes may hold. */
const ownShare = 100n

/** What one more quote may hold. */
export interface QuotedShare {
  /** Units of all listings together. */
  readonly most: bigint
  /** Whether the bound is the owner's own, and not that of all quotes. */
  readonly isOwn: boolean
}

/**
 * How many units one more quote may hold: all quotes together at most `basisPoints` of the units for sale, and one owner a hundredth of
 * that. An owner's first quote is bound by the rest of all alone.
 */
export function shareFor(
  { openUnits, basisPoints }: { readonly openUnits: bigint; readonly basisPoints: number },
  quoted: { readonly all: bigint; readonly own: bigint },
): QuotedShare {
  const inAll = (openUnits * BigInt(basisPoints)) / 10_000n
  const restOfAll = atLeast0(inAll - quoted.all)
  if (quoted.own === 0n) return { most: restOfAll, isOwn: false }
  const restOfOwn = atLeast0(inAll / ownShare - quoted.own)
  return restOfOwn < restOfAll ? { most: restOfOwn, isOwn: true } : { most: restOfAll, isOwn: false }
}

/** A listing as quotes see it: they hold at most half of what it has that is not bought. */
export function quotable(listing: Listing, unitsQuoted: bigint): Listing {
  const half = (listing.unitsAvailable + unitsQuoted) / 2n
  const free = atLeast0(half - unitsQuoted)
  return { ...listing, unitsAvailable: free < listing.unitsAvailable ? free : listing.unitsAvailable }
}

const atLeast0 = (units: bigint): bigint => (units < 0n ? 0n : units)
