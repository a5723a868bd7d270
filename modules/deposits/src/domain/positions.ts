import { type Chain, chainFacts, familyFacts, familyOf, finalityMs } from '@species/contracts/chains'

/** Lists come late, and a reorganisation puts transactions into blocks that were read: so far back a list is read again each time. */
const shortestOverlapMs = 600_000

/** Positions within a time, as the lists of a chain count them: blocks, or milliseconds. */
export function positionsWithin(chain: Chain, ms: number): number {
  return familyFacts[familyOf(chain)].listedBy === 'time' ? ms : Math.ceil(ms / chainFacts[chain].blockMs)
}

/** From where on a list is read the next time, once it was read to the end while the head was at `head`. */
export function nextPosition(chain: Chain, confirmations: number, before: number | undefined, head: number): number {
  const overlapMs = Math.max(shortestOverlapMs, 2 * finalityMs(chain, confirmations))
  // A head below the last one is a partner that lags: what was read is read again only where the head was right.
  return Math.max(before ?? 0, head - positionsWithin(chain, overlapMs), 0)
}
