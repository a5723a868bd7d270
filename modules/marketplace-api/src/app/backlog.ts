import { countUnderWay } from '../adapters/events-under-way.ts'
import type { MarketplaceApiDeps } from './deps.ts'

/** How often the rows are counted again while events come in. */
const refreshMs = 500

/**
 * How much work waits: messages in this process, or unfinished events of any process that are on their way, whichever is more.
 * An event counts until it ends, however old it is: what deciders do not get done must not make room for more of it. What
 * somebody waits for, reviews and dead letters do not count: no decider has them to do. The rows are counted beside the
 * requests, not within one; a count that fails leaves the last one standing.
 */
export function createBacklog(deps: MarketplaceApiDeps): () => number {
  let underWay = 0
  let countedAtMs = -Infinity
  let isCounting = false
  const refresh = async (): Promise<void> => {
    isCounting = true
    countedAtMs = deps.clock.steady()
    try {
      underWay = await countUnderWay(deps.database, { nowMs: deps.clock.now(), atMost: deps.maxBacklog + 1 })
    } catch (error) {
      deps.log.warn({ err: error }, 'the events under way could not be counted')
    } finally {
      isCounting = false
    }
  }
  return () => {
    // A database that is slow to answer is not asked a second time meanwhile.
    if (!isCounting && deps.clock.steady() - countedAtMs >= refreshMs) void refresh()
    let waiting = 0
    for (const messages of deps.bus.backlog().values()) waiting += messages
    return Math.max(waiting, underWay)
  }
}
