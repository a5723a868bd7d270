import type { MarketplaceApiDeps } from './deps.ts'

/** Payments that are waited for and not proven: in all, and of one owner (one owner has at most 1 % of what is bounded in total). */
export const maxUnproven = 10_000
export const maxUnprovenPerOwner = maxUnproven / 100

/** Payments that are watched after their events were refused, for days: in all, and of one owner. */
export const maxWatched = 100_000
export const maxWatchedPerOwner = maxWatched / 100

/** How often the rows are counted again; what is taken between two counts is added. */
const refreshMs = 500
/** All that are watched are many and grow by deadlines that pass: counted less often. */
const refreshWatchedMs = 10_000

interface Count {
  readonly atMs: number
  readonly waiting: Promise<number>
  readonly watched: Promise<number>
  taken: number
}

/** Whose bound stands in the way of one more payment: the owner's share of what waits or is watched, or that of all together. */
export type Full = 'owner' | 'owner_watched' | 'all'

type Deps = Pick<MarketplaceApiDeps, 'unproven' | 'watched' | 'clock' | 'log'>

/**
 * Bounds the payments that chains are asked for, because anyone can cite hashes of nothing: those that wait to be proven, and those
 * that are still watched after their event was refused. What waits is load: `underWay`, the events that are under way, leaves that
 * much less room for it. An owner's first is always taken, so that no number of others keeps anyone from paying. A count that fails
 * refuses no payment.
 */
export function createPaymentDoor(deps: Deps): (owner: string, underWay?: number) => Promise<Full | undefined> {
  const owners = new Map<string, Count>()
  let all: Count | undefined
  let allWatched: { readonly atMs: number; readonly rows: Promise<number> } | undefined
  const rowsOr0 = (rows: Promise<number>): Promise<number> =>
    rows.catch((error: unknown) => {
      deps.log.warn({ err: error }, 'the payments that wait could not be counted')
      return 0
    })
  const isOlder = ({ atMs }: { readonly atMs: number }, ms: number): boolean => deps.clock.steady() - atMs >= ms
  const countOwn = (owner: string): Count => ({
    atMs: deps.clock.steady(),
    waiting: rowsOr0(deps.unproven(owner, maxUnprovenPerOwner)),
    watched: rowsOr0(deps.watched(owner, maxWatchedPerOwner)),
    taken: 0,
  })
  const countAll = (): Count => {
    if (allWatched === undefined || isOlder(allWatched, refreshWatchedMs))
      allWatched = { atMs: deps.clock.steady(), rows: rowsOr0(deps.watched(undefined, maxWatched)) }
    return {
      atMs: deps.clock.steady(),
      waiting: rowsOr0(deps.unproven(undefined, maxUnproven)),
      watched: allWatched.rows,
      taken: 0,
    }
  }

  return async (owner, underWay = 0) => {
    for (const [name, kept] of owners) {
      // In the order of their counts: none behind a young one is old.
      if (!isOlder(kept, refreshMs)) break
      owners.delete(name)
    }
    const own = owners.get(owner) ?? countOwn(owner)
    owners.set(owner, own)
    if (all === undefined || isOlder(all, refreshMs)) all = countAll()
    const total = all
    const [ownWaiting, ownWatched, waiting, watched] = await Promise.all([
      own.waiting,
      own.watched,
      total.waiting,
      total.watched,
    ])
    const ownNow = ownWaiting + own.taken
    if (ownNow >= maxUnprovenPerOwner) return 'owner'
    // Each that waits is watched next if it is never proven.
    if (ownNow + ownWatched >= maxWatchedPerOwner) return 'owner_watched'
    if (ownNow > 0 && (waiting + total.taken + underWay >= maxUnproven || watched >= maxWatched)) return 'all'
    own.taken++
    total.taken++
    return undefined
  }
}
