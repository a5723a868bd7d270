import { countUnderWay } from '../adapters/events-under-way.ts'
import { hasPlace, mostWithFirsts } from '../domain/event-places.ts'
import type { MarketplaceApiDeps } from './deps.ts'

/** How often the rows are counted again while events come in; what is taken between two counts is added. */
const refreshMs = 500

/** How much work waits, and whether there is a place for more of it. */
export interface Backlog {
  /** Messages in this process, or unfinished events of any process that are on their way, whichever is more. */
  waiting(): number
  /** Takes a place for one more event of an owner; false: there is none now. */
  take(owner: string): boolean
}

/** Events by owner, and in all. */
interface Counts {
  readonly byOwner: Map<string, number>
  all: number
}

/**
 * An event counts until it ends, however old it is: what deciders do not get done must not make room for more of it. What waits for a
 * partner or confirmations, reviews and dead letters do not count: no decider has them to do. The rows are counted beside the requests,
 * not within one; a count that fails leaves the last one standing.
 */
export function createBacklog(deps: MarketplaceApiDeps): Backlog {
  let underWay = countsOf([])
  /** Taken since the last count began, and before that since the one that stands. */
  let taken = countsOf([])
  let takenBefore = countsOf([])
  let countedAtMs = -Infinity
  let isCounting = false
  const refresh = async (): Promise<void> => {
    isCounting = true
    countedAtMs = deps.clock.steady()
    takenBefore = taken
    taken = countsOf([])
    const atMost = mostWithFirsts(deps.maxBacklog) + 1
    try {
      underWay = countsOf(await countUnderWay(deps.database, { nowMs: deps.clock.now(), atMost }))
    } catch (error) {
      taken = countsOf([...takenBefore.byOwner, ...taken.byOwner])
      deps.log.warn({ err: error }, 'the events under way could not be counted')
    } finally {
      takenBefore = countsOf([])
      isCounting = false
    }
  }
  const waiting = (): number => {
    // A database that is slow to answer is not asked a second time meanwhile.
    const isDue = !isCounting && deps.clock.steady() - countedAtMs >= refreshMs
    if (isDue && deps.maxBacklog < Infinity) void refresh()
    let messages = 0
    for (const count of deps.bus.backlog().values()) messages += count
    return Math.max(messages, underWay.all)
  }
  return {
    waiting,
    take(owner) {
      const counted = waiting()
      const own = [underWay, takenBefore, taken].reduce((sum, { byOwner }) => sum + (byOwner.get(owner) ?? 0), 0)
      // Many owners' first ones between two counts do not pass their bound.
      const sinceCounted = own === 0 ? takenBefore.all + taken.all : 0
      if (!hasPlace({ underWay: counted + sinceCounted, own }, deps.maxBacklog)) return false
      add(taken, owner, 1)
      return true
    },
  }
}

function countsOf(events: Iterable<readonly [owner: string, events: number]>): Counts {
  const counts: Counts = { byOwner: new Map(), all: 0 }
  for (const [owner, more] of events) add(counts, owner, more)
  return counts
}

function add(counts: Counts, owner: string, more: number): void {
  counts.byOwner.set(owner, (counts.byOwner.get(owner) ?? 0) + more)
  counts.all += more
}
