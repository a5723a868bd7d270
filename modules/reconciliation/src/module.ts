import type { Module } from '@species/flow'
import type { ReconciliationDeps } from './app/deps.ts'
import { createOutflowTurn, createTurn, measure } from './app/run.ts'
import { publishSolvency } from './app/publish-solvency.ts'
import { differenceEndpoints } from './http/differences.ts'
import { getDoctor } from './http/doctor.ts'
import { reconcileEndpoints } from './http/reconcile.ts'
import { solvencyEndpoints } from './http/solvency.ts'

/** reconciliation: compares the ledger with vaults, wallets, suspense, receipts and the operator's book, and keeps what differs. */
export function createReconciliation(deps: ReconciliationDeps): Module {
  return {
    name: 'reconciliation',
    consumers: [],
    endpoints: [getDoctor(deps), ...reconcileEndpoints(deps), ...differenceEndpoints(deps), ...solvencyEndpoints(deps)],
    jobs: [
      { name: 'reconcile', everyMs: 300_000, run: createTurn(deps) },
      { name: 'outflows', everyMs: 30_000, run: createOutflowTurn(deps) },
      { name: 'solvency', everyMs: 600_000, run: () => publishSolvency(deps) },
      {
        name: 'differences-gauge',
        everyMs: 15_000,
        async run() {
          await measure(deps)
        },
      },
    ],
  }
}
