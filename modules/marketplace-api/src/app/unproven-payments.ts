import type { MarketplaceApiDeps } from './deps.ts'

/** Payments that are waited for and not proven: in all, and of one owner (one owner has at most 1 % of what is bounded in total). */
export const maxUnproven = 10_000
export const maxUnprovenPerOwner = maxUnproven / 100

/** How often the rows are counted again; what is taken between two counts is added. */
const refreshMs = 500

interface Count {
  readonly atMs: number
  readonly rows: Promise<number>
  taken: number
}

/** Whose bound stands in the way of one more payment. */
export type Full = 'owner' | 'all'

/**
 * Bounds the payments that wait to be proven, because anybody can cite hashes of nothing. An owner's first is always taken, so that
 * no number of others keeps anyone from paying. A count that fails refuses nobody.
 */
export function createPaymentDoor(
  deps: Pick<MarketplaceApiDeps, 'unproven' | 'clock' | 'log'>,
): (owner: string) => Promise<Full | undefined> {
  const owners = new Map<string, Count>()
  let all: Count | undefined
  const count = (owner: string | undefined, atMost: number): Count => ({
    atMs: deps.clock.steady(),
    rows: deps.unproven(owner, atMost).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'the payments that wait could not be counted')
      return 0
    }),
    taken: 0,
  })
  const isOld = ({ atMs }: Count): boolean => deps.clock.steady() - atMs >= refreshMs

  return async (owner) => {
    for (const [name, kept] of owners) {
      // In the order of their counts: none behind a young one is old.
      if (!isOld(kept)) break
      owners.delete(name)
    }
    const own = owners.get(owner) ?? count(owner, maxUnprovenPerOwner)
    owners.set(owner, own)
    if (all === undefined || isOld(all)) all = count(undefined, maxUnproven)
    const total = all
    const [ownRows, allRows] = await Promise.all([own.rows, total.rows])
    const ownNow = ownRows + own.taken
    if (ownNow >= maxUnprovenPerOwner) return 'owner'
    if (ownNow > 0 && allRows + total.taken >= maxUnproven) return 'all'
    own.taken++
    total.taken++
    return undefined
  }
}
