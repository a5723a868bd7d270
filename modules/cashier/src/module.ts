import { type Module, consumer } from '@species/flow'
import { creditClaims, reversePayments } from './app/book-payments.ts'
import { expireApprovals } from './app/decide-approvals.ts'
import { bookObservations } from './app/book-observations.ts'
import type { CashierDeps } from './app/deps.ts'
import { forgetOldCounters } from './app/forget-counters.ts'
import { fundEvents } from './app/fund-events.ts'
import { releaseEvents } from './app/release-events.ts'
import { settleEvents } from './app/settle-events.ts'
import { approvalEndpoints } from './http/approvals.ts'

const maxBatch = 200

/** The cashier: the ledger of record, and who may spend what. */
export function createCashier(deps: CashierDeps): Module {
  return {
    name: 'cashier',
    consumers: [
      consumer({ name: 'cashier-matched', topic: 'matched', maxBatch, handle: (batch) => fundEvents(deps, batch) }),
      consumer({
        name: 'cashier-confirmed',
        topic: 'confirmed',
        maxBatch,
        handle: (batch) => settleEvents(deps, batch),
      }),
      consumer({
        name: 'cashier-cancelled',
        topic: 'cancelled',
        maxBatch,
        handle: (batch) => releaseEvents(deps, batch),
      }),
      consumer({
        name: 'cashier-payment-claimed',
        topic: 'payment.claimed',
        maxBatch,
        handle: (batch) => creditClaims(deps, batch),
      }),
      consumer({
        name: 'cashier-payment-vanished',
        topic: 'payment.vanished',
        maxBatch,
        handle: (batch) => reversePayments(deps, batch),
      }),
      consumer({
        name: 'cashier-vault-observed',
        topic: 'vault.observed',
        maxBatch,
        handle: (batch) => bookObservations(deps, batch),
      }),
    ],
    endpoints: approvalEndpoints(deps),
    jobs: [
      { name: 'limits-forgotten', everyMs: 3_600_000, run: () => forgetOldCounters(deps) },
      { name: 'approvals-expired', everyMs: 30_000, run: () => expireApprovals(deps) },
    ],
  }
}
