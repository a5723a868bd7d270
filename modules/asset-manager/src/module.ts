import { type Module, consumer } from '@species/flow'
import { deliveriesDue, dueJob, oldestUnknownAtMs } from './adapters/delivery-rows.ts'
import { cancelEvents } from './app/cancel-events.ts'
import { checkDue, takeOver } from './app/check-due.ts'
import { deliverEvents } from './app/deliver-events.ts'
import type { AssetManagerDeps } from './app/deps.ts'

const maxBatch = 200

/** The asset-manager: units change owner at Onli Cloud, once an event. */
export function createAssetManager(deps: AssetManagerDeps): Module {
  return {
    name: 'asset-manager',
    consumers: [
      consumer({
        name: 'asset-manager-funded',
        topic: 'funded',
        maxBatch,
        handle: (batch) => deliverEvents(deps, batch),
      }),
      consumer({
        name: 'asset-manager-refused',
        topic: 'refused',
        maxBatch,
        handle: (batch) => cancelEvents(deps, batch),
      }),
    ],
    endpoints: [],
    jobs: [
      {
        name: dueJob,
        everyMs: 250,
        due: deliveriesDue,
        async run() {
          await checkDue(deps)
        },
      },
      {
        name: 'unknown-deliveries-gauge',
        everyMs: 10_000,
        async run() {
          const oldestAtMs = await oldestUnknownAtMs(deps.database)
          const seconds = oldestAtMs === undefined ? 0 : (deps.clock.now() - oldestAtMs) / 1_000
          deps.metrics.oldestUnknownDeliverySeconds.set(Math.max(0, seconds))
        },
      },
    ],
    async start() {
      if (!deps.bus.durable) await takeOver(deps)
    },
  }
}
