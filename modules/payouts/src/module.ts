import type { Module } from '@species/flow'
import type { PayoutsDeps } from './app/deps.ts'
import { addressEndpoints } from './http/addresses.ts'

/** payouts: sends users their money, to addresses of their address book. */
export function createPayouts(deps: PayoutsDeps): Module {
  return { name: 'payouts', consumers: [], endpoints: addressEndpoints(deps), jobs: [] }
}
