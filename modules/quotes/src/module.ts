import type { Module } from '@species/flow'
import { addressesDue } from './adapters/address-rows.ts'
import { amountsDue, freeAmounts } from './adapters/quote-rows.ts'
import type { QuotesDeps } from './app/deps.ts'
import { type Done, watchAddresses } from './app/watch.ts'
import { quoteEndpoints } from './http/quotes.ts'

/** Amounts that one run frees. */
const freedAtOnce = 2_000

/** quotes: a price that is fixed for a while, with units and an address to pay to. */
export function createQuotes(deps: QuotesDeps): Module {
  const done: Done = new Map()
  return {
    name: 'quotes',
    consumers: [],
    endpoints: quoteEndpoints(deps),
    jobs: [
      { name: 'quotes-watch', everyMs: 500, due: addressesDue, run: () => watchAddresses(deps, done) },
      {
        name: 'quotes-amounts',
        everyMs: 5_000,
        due: amountsDue,
        run: () => freeAmounts(deps.database, deps.clock.now(), freedAtOnce),
      },
    ],
  }
}
