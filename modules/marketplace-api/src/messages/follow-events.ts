import type { EndState } from '@species/contracts'
import type { Consumer, Message } from '@species/bus'
import { consumer } from '@species/flow'
import { markEnded, markReview, putOff } from '../adapters/event-marks.ts'
import type { MarketplaceApiDeps } from '../app/deps.ts'

const maxBatch = 500
/** After a wait is over whoever waited has this long before the sweeper looks. */
const graceMs = 15_000
/** However long the wait: the message that ended it may have been lost, and an owner must not wait for days for the sweeper. */
const longestPutOffMs = 5 * 60_000

/** What marketplace-api hears of events on their way: ends, waits, reviews. It answers nothing. */
export function followEvents(deps: MarketplaceApiDeps): Consumer[] {
  const ended =
    (state: EndState): ((batch: readonly Message[]) => Promise<[]>) =>
    async (batch) => {
      await markEnded(
        deps.database,
        batch.map((message) => message.key),
        state,
        deps.clock.now(),
      )
      return []
    }
  return [
    consumer({ name: 'marketplace-api-completed', topic: 'completed', maxBatch, handle: ended('completed') }),
    consumer({ name: 'marketplace-api-failed', topic: 'failed', maxBatch, handle: ended('failed') }),
    consumer({ name: 'marketplace-api-disputed', topic: 'disputed', maxBatch, handle: ended('disputed') }),
    consumer({
      name: 'marketplace-api-waiting',
      topic: 'waiting',
      maxBatch,
      handle: async (batch) => {
        await putOff(
          deps.database,
          batch.map(({ body }) => ({
            eventKey: body.eventKey,
            untilMs: body.untilMs,
            sweepAtMs: Math.min(body.untilMs, deps.clock.now() + longestPutOffMs) + graceMs,
          })),
        )
        return []
      },
    }),
    consumer({
      name: 'marketplace-api-review',
      topic: 'review',
      maxBatch,
      handle: async (batch) => {
        await markReview(
          deps.database,
          batch.map((message) => message.key),
          true,
        )
        return []
      },
    }),
    consumer({
      name: 'marketplace-api-review-decided',
      topic: 'review.decided',
      maxBatch,
      handle: async (batch) => {
        await markReview(
          deps.database,
          batch.map((message) => message.key),
          false,
        )
        return []
      },
    }),
  ]
}
