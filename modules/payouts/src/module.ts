import type { Module } from '@species/flow'
import { payoutsDue } from './adapters/payout-rows.ts'
import { proceedsDue } from './adapters/proceeds-rows.ts'
import type { PayoutsDeps } from './app/deps.ts'
import { followPayouts } from './app/follow-payouts.ts'
import { payProceeds } from './app/pay-proceeds.ts'
import { addressEndpoints } from './http/addresses.ts'
import { adminPayoutEndpoints } from './http/admin-payouts.ts'
import { haltEndpoints } from './http/payout-halts.ts'
import { proceedsEndpoint } from './http/proceeds.ts'
import { payoutEndpoints } from './http/payouts.ts'

/** payouts: sends users their money, to addresses of their address book, once, and proves that it arrived. */
export function createPayouts(deps: PayoutsDeps): Module {
  return {
    name: 'payouts',
    consumers: [],
    endpoints: [
      ...addressEndpoints(deps),
      ...payoutEndpoints(deps),
      proceedsEndpoint(deps),
      ...adminPayoutEndpoints(deps),
      ...haltEndpoints(deps),
    ],
    jobs: [
      { name: 'payouts-follow', everyMs: 1_000, due: payoutsDue, run: () => followPayouts(deps) },
      { name: 'payouts-proceeds', everyMs: 1_000, due: proceedsDue, run: () => payProceeds(deps) },
    ],
  }
}
