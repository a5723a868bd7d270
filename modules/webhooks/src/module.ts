import type { Topic } from '@species/contracts'
import type { Consumer, Message } from '@species/bus'
import { type Module, consumer } from '@species/flow'
import { countPending, forget } from './adapters/delivery-rows.ts'
import { deliveriesDue } from './adapters/turn-rows.ts'
import { createCatchUp } from './app/catch-up.ts'
import type { WebhooksDeps } from './app/deps.ts'
import { hearEndNotices, hearPayments, hearReviews, hearWaits } from './app/hear-events.ts'
import { type Turns, createTurns } from './app/run-turns.ts'
import { deliveryEndpoints } from './http/deliveries.ts'
import { webhookEndpoints } from './http/webhooks.ts'

const maxBatch = 200
/** The delivery log keeps what has ended for this long. */
const logKeptMs = 2_592_000_000
/** Rows that one run of the job removes. */
const forgottenAtOnce = 2_000
/** The gauge counts no further. */
const mostCounted = 100_000

/** webhooks: tells users' servers what became of their events, at least once and in order. */
export function createWebhooks(deps: WebhooksDeps, turns: Turns = createTurns(deps)): Module {
  const catchUp = createCatchUp(deps)
  const look = (): void => {
    turns.look().catch((error: unknown) => {
      deps.log.warn({ err: error }, 'webhooks that are due could not be read; they are looked for again')
    })
  }
  const hears = <T extends Topic>(
    name: string,
    topic: T,
    hear: (deps: WebhooksDeps, batch: readonly Message<T>[]) => Promise<number>,
  ): Consumer =>
    consumer<T>({
      name,
      topic,
      maxBatch,
      async handle(batch) {
        if ((await hear(deps, batch)) > 0) look()
        return []
      },
    })
  return {
    name: 'webhooks',
    consumers: [
      hears('webhooks-completed', 'completed', hearEndNotices),
      hears('webhooks-failed', 'failed', hearEndNotices),
      hears('webhooks-disputed', 'disputed', hearEndNotices),
      hears('webhooks-waiting', 'waiting', hearWaits),
      hears('webhooks-review', 'review', hearReviews),
      hears('webhooks-payment-claimed', 'payment.claimed', hearPayments),
    ],
    endpoints: [...webhookEndpoints(deps), ...deliveryEndpoints(deps, look)],
    jobs: [
      { name: 'webhooks-turns', everyMs: 500, due: deliveriesDue, run: () => turns.look() },
      { name: 'webhooks-catch-up', everyMs: 60_000, run: catchUp },
      {
        name: 'webhooks-forget',
        everyMs: 60_000,
        async run() {
          await forget(deps.database, { beforeMs: (await deps.retention.now()) - logKeptMs, atMost: forgottenAtOnce })
          deps.metrics.webhooksPending.set(await countPending(deps.database, mostCounted))
        },
      },
    ],
    stop: () => turns.stop(),
  }
}
