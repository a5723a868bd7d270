import { type Module, consumer } from '@species/flow'
import { addressesDue, hurry } from './adapters/address-rows.ts'
import { custodyDue, hurryCustody } from './adapters/custody-rows.ts'
import { amountsDue, freeAmounts } from './adapters/quote-rows.ts'
import type { QuotesDeps } from './app/deps.ts'
import { watchAddresses, watchCustody } from './app/watch.ts'
import { custodyEndpoints } from './http/custody.ts'
import { quoteEndpoints } from './http/quotes.ts'

/** Amounts that one run frees. */
const freedAtOnce = 2_000

/** quotes: a price that is fixed for a while, with units and an address to pay to. */
export function createQuotes(deps: QuotesDeps): Module {
  return {
    name: 'quotes',
    consumers: [
      consumer({
        name: 'quotes-transfer-noticed',
        topic: 'transfer.noticed',
        maxBatch: 500,
        async handle(batch) {
          const nowMs = deps.clock.now()
          for (const { body } of batch) {
            await hurry(deps.database, body.chain, body.toAddresses, nowMs)
            await hurryCustody(deps.database, body.chain, body.toAddresses, nowMs)
          }
          return []
        },
      }),
    ],
    endpoints: [...quoteEndpoints(deps), ...custodyEndpoints(deps)],
    jobs: [
      { name: 'quotes-custody', everyMs: 500, due: custodyDue, run: () => watchCustody(deps) },
      { name: 'quotes-watch', everyMs: 500, due: addressesDue, run: () => watchAddresses(deps) },
      {
        name: 'quotes-amounts',
        everyMs: 5_000,
        due: amountsDue,
        run: async () => await freeAmounts(deps.database, await deps.retention.now(), freedAtOnce),
      },
    ],
  }
}
