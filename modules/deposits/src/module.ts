import { chains } from '@species/contracts'
import type { Module } from '@species/flow'
import type { Job } from '@species/platform'
import { addressesDue } from './adapters/address-rows.ts'
import { undecidedDue } from './adapters/deposit-rows.ts'
import { transactionsDue } from './adapters/transaction-rows.ts'
import type { DepositsDeps } from './app/deps.ts'
import { followTransactions } from './app/follow-transactions.ts'
import { createAddressKeeper } from './app/keep-addresses.ts'
import { scanLists } from './app/scan-lists.ts'
import { bookUnexplained, patienceMs, watchSuspense } from './app/suspense.ts'
import { chainHook } from './http/chain-hooks.ts'
import { syncStreamsRoute } from './http/sync-streams.ts'
import { depositEndpoints } from './http/deposits.ts'

/** deposits: finds what comes in at our addresses, and follows it until it is final or gone. Each chain has jobs of its own. */
export function createDeposits(deps: DepositsDeps): Module {
  const jobs = chains.flatMap((chain): Job[] => {
    const scout = deps.chainScouts.find((one) => one.chains.includes(chain))
    if (!scout) return []
    return [
      {
        name: `deposits-lists-${chain}`,
        everyMs: 1_000,
        due: addressesDue(chain),
        run: () => scanLists(deps, chain, scout),
      },
      {
        name: `deposits-transactions-${chain}`,
        everyMs: 250,
        due: transactionsDue(chain),
        run: () => followTransactions(deps, chain, scout),
      },
    ]
  })
  return {
    name: 'deposits',
    consumers: [],
    endpoints: [...depositEndpoints(deps), chainHook(deps), syncStreamsRoute(deps)],
    jobs: [
      { name: 'deposits-addresses', everyMs: 2_000, run: createAddressKeeper(deps) },
      {
        name: 'deposits-suspense',
        everyMs: 5_000,
        due: undecidedDue(patienceMs),
        run: () => bookUnexplained(deps),
      },
      { name: 'deposits-suspense-watch', everyMs: 60_000, run: () => watchSuspense(deps) },
      ...jobs,
    ],
  }
}
