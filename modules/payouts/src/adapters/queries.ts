import type { PayoutsQueries } from '@species/contracts'
import type { Sql } from '@species/database'
import { payoutsTo } from './payout-rows.ts'

/** The answers of payouts to other modules. */
export function payoutsQueries(sql: Sql): PayoutsQueries {
  return { payoutsTo: (chain, addresses) => payoutsTo(sql, chain, addresses) }
}
