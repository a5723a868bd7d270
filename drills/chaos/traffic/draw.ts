import type { Intent } from './book.ts'

/** What the next event shall be, before it is paid for and named. */
export interface Draft {
  readonly intent: Intent
  readonly owner: string
  readonly fields: Readonly<Record<string, unknown>>
  /** Pay this on chain first, and put the hash into `payWith`. */
  readonly payMicro?: bigint
}

export interface OpenListing {
  readonly listingId: string
  readonly seller: string
}

const credit = { source: 'credit' }
/** Prices at which units are offered; odd ones, so that fees have something to round. */
const prices = ['1', '1.37', '0.999999', '2.000003']

/**
 * Draws the next event: all intents, paid on chain and from credit, and now and then one that must be refused on the way, so
 * that the road back is under fire too.
 */
export function drawEvent(random: () => number, names: readonly string[], listings: readonly OpenListing[]): Draft {
  const owner = pick(random, names)
  const point = random()
  const few = 1 + Math.floor(random() * 3)
  const listing = listings.length > 0 ? pick(random, listings) : undefined
  const own = listings.filter((one) => one.seller === owner)
  if (point < 0.3) return { intent: 'TRANSFER', owner, fields: { to: otherThan(random, names, owner), amount: few } }
  if (point < 0.42) return { intent: 'BUY_TREASURY', owner, fields: { to: 'treasury', amount: few, payWith: credit } }
  if (point < 0.52)
    // A little too much is paid, so that some stays as credit.
    return {
      intent: 'BUY_TREASURY',
      owner,
      fields: { to: 'treasury', amount: few },
      payMicro: BigInt(few) * 1_234_567n,
    }
  if (point < 0.62) return { intent: 'BUY_MARKET', owner, fields: { to: 'market', amount: few, payWith: credit } }
  if (point < 0.7 && listing)
    return { intent: 'BUY_MARKET', owner, fields: { listingId: listing.listingId, amount: 1, payWith: credit } }
  if (point < 0.83) {
    const unitPrice = pick(random, prices)
    return { intent: 'SELL_MARKET', owner, fields: { to: 'market', amount: few + 2, putProceeds: { unitPrice } } }
  }
  if (point < 0.91) return { intent: 'REDEEM', owner, fields: { to: 'liquidity_pool', amount: few } }
  if (point < 0.96 && own.length > 0)
    return { intent: 'DELIST', owner, fields: { delist: pick(random, own).listingId } }
  if (point < 0.98)
    return { intent: 'TRANSFER', owner, fields: { to: otherThan(random, names, owner), amount: 900_000_000 } }
  // Less than it costs: it fails, and the money stays as credit.
  return { intent: 'BUY_TREASURY', owner, fields: { to: 'treasury', amount: 50_000_000 }, payMicro: 1_500_001n }
}

function pick<T>(random: () => number, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('there is nothing to pick from')
  return one
}

function otherThan(random: () => number, names: readonly string[], not: string): string {
  return pick(
    random,
    names.filter((name) => name !== not),
  )
}
