import { type Module, consumer } from '@species/flow'
import { dueJob, verificationsDue } from './adapters/verification-rows.ts'
import type { FloorManagerDeps } from './app/deps.ts'
import { openReviews } from './app/review-events.ts'
import { verifyDeliveries, verifyDue } from './app/verify-deliveries.ts'
import { writeCompleted, writeDisputes, writeFailed } from './app/write-receipts.ts'
import { getKeys } from './http/get-keys.ts'
import { getReviews, postReview } from './http/operate.ts'
import { receiptKeyEndpoints } from './http/receipt-keys.ts'
import { getReview } from './http/review-detail.ts'

const maxBatch = 200

/** The floor-manager: asks the oracle, writes the receipts, and has operators decide where facts disagree. */
export function createFloorManager(deps: FloorManagerDeps): Module {
  return {
    name: 'floor-manager',
    consumers: [
      consumer({
        name: 'floor-manager-delivered',
        topic: 'delivered',
        maxBatch,
        handle: (batch) => verifyDeliveries(deps, batch),
      }),
      consumer({
        name: 'floor-manager-settled',
        topic: 'settled',
        maxBatch,
        handle: (batch) => writeCompleted(deps, batch),
      }),
      consumer({
        name: 'floor-manager-returned',
        topic: 'returned',
        maxBatch,
        handle: (batch) => writeFailed(deps, batch),
      }),
      consumer({
        name: 'floor-manager-review',
        topic: 'review',
        maxBatch: 50,
        handle: (batch) => openReviews(deps, batch),
      }),
      consumer({
        name: 'floor-manager-payment-reversed',
        topic: 'payment.reversed',
        maxBatch: 50,
        handle: (batch) => writeDisputes(deps, batch),
      }),
    ],
    endpoints: [getKeys(deps), getReviews(deps), getReview(deps), postReview(deps), ...receiptKeyEndpoints(deps)],
    jobs: [
      { name: dueJob, everyMs: 250, due: verificationsDue, run: () => verifyDue(deps) },
      {
        name: 'reviews-gauge',
        everyMs: 10_000,
        async run() {
          const reviews = await deps.queries.floorManager.openReviews()
          const oldestAtMs = Math.min(deps.clock.now(), ...reviews.map(({ openedAtMs }) => openedAtMs))
          deps.metrics.reviews.set(reviews.length)
          deps.metrics.oldestReviewSeconds.set((deps.clock.now() - oldestAtMs) / 1_000)
        },
      },
    ],
  }
}
