import { countUnderWay } from '../adapters/event-keys.ts'
import type { MarketplaceApiDeps } from './deps.ts'

/** How often the rows are counted again while events come in. */
const refreshMs = 500
/** Events accepted within this time that have not ended and that nobody waits for are the work that is waiting. */
const recentMs = 15_000

/**
 * How much work waits: messages in this process, or events lately accepted by any process and still on their way, whichever
 * is more. The rows are counted beside the requests, not within one; a count that fails leaves the last one standing.
 */
export function createBacklog(deps: MarketplaceApiDeps): () => number {
  let underWay = 0
  let countedAtMs = -Infinity
  const refresh = (): void => {
    countedAtMs = deps.clock.now()
    countUnderWay(deps.database, { nowMs: countedAtMs, recentMs, atMost: deps.maxBacklog + 1 }).then(
      (count) => {
        underWay = count
      },
      (error: unknown) => {
        deps.log.warn({ err: error }, 'the events under way could not be counted')
      },
    )
  }
  return () => {
    if (deps.clock.now() - countedAtMs >= refreshMs) refresh()
    let waiting = 0
    for (const messages of deps.bus.backlog().values()) waiting += messages
    return Math.max(waiting, underWay)
  }
}
