import { createTieredCache } from '@species/cache'
import type { Module } from '@species/flow'
import { silentLogger } from '@species/platform'
import type { ReporterDeps } from './app/deps.ts'
import { PageCache } from './app/page-cache.ts'
import { getAccounts } from './http/get-accounts.ts'
import { getBook, getCandles, getTrades } from './http/get-book.ts'
import { getOverview } from './http/get-overview.ts'
import { getWholeEvent } from './http/get-whole-event.ts'
import { searchEverything } from './http/search.ts'
import { getMarket } from './http/get-market.ts'
import { getListing } from './http/get-listing.ts'
import { getBalance } from './http/get-balance.ts'
import { getListings } from './http/get-listings.ts'
import { getReceipt } from './http/get-receipt.ts'
import { getBooksStatement, getOwnStatement } from './http/get-statement.ts'
import { getTransactions } from './http/get-transactions.ts'

/** The reporter: what people read. It owns no tables and decides nothing. */
export function createReporter(deps: ReporterDeps): Module {
  const kept = deps.cache ?? createTieredCache({ clock: deps.clock, metrics: deps.metrics, log: silentLogger })
  const cache = new PageCache({ ...deps, cache: deps.keepsPages ? kept : undefined })
  return {
    name: 'reporter',
    consumers: [],
    endpoints: [
      getReceipt(cache, deps.presentReceipt),
      getMarket(deps),
      getBook(deps, cache),
      getTrades(deps, cache),
      getCandles(deps, cache),
      getListings(deps, cache),
      getListing(deps, cache),
      getBalance(cache),
      getTransactions(cache),
      getAccounts(deps),
      getOverview(deps),
      getWholeEvent(deps),
      searchEverything(deps),
      getBooksStatement(deps),
      getOwnStatement(deps),
    ],
    jobs: [],
  }
}
