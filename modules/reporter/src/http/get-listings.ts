import { formatUsdt } from '@species/kernel'
import type { ListingView } from '@species/contracts'
import { type Endpoint, endpoint } from '@species/http'
import { z } from 'zod'
import type { PageQueries, ReporterDeps } from '../app/deps.ts'
import { type PageCache, market } from '../app/page-cache.ts'
import { fromCursor, pageQuery, taggedJson, toCursor, unchanged } from './page.ts'

export const listingView = z.strictObject({
  listingId: z.string(),
  seller: z.string(),
  unitPrice: z.string().describe('USDT for one unit'),
  unitsAvailable: z.string(),
  unitsTotal: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
})

/** A listing as its seller sees it. */
const ownListingView = listingView.extend({
  unitsReserved: z.string().optional().describe('of your own: taken by purchases under way'),
  status: z.enum(['pending', 'open', 'closing']).optional().describe('of your own'),
})
const listingsQuery = pageQuery.extend({
  seller: z
    .literal('me')
    .optional()
    .describe('your own that are not closed, newest first, at most 200, whatever the cursor says'),
})

export function viewOf(row: ListingView): z.infer<typeof listingView> {
  return {
    listingId: row.listingId,
    seller: row.seller,
    unitPrice: formatUsdt(row.unitPriceMicro),
    unitsAvailable: row.unitsAvailable.toString(),
    unitsTotal: row.unitsTotal.toString(),
    createdAt: new Date(row.createdAtMs).toISOString(),
    expiresAt: new Date(row.expiresAtMs).toISOString(),
  }
}

export function getListings(deps: ReporterDeps, cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/listings',
      operationId: 'listListings',
      tag: 'Market',
      summary: 'Open listings, cheapest and then oldest first',
      description:
        'Listings of suspended sellers are left out, so a page may be short: `nextCursor` says whether there is more.',
      access: 'read',
      requestHeaders: ['If-None-Match'],
      problems: [],
      query: listingsQuery,
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ listings: z.array(ownListingView), nextCursor: z.string().optional() }),
          headers: ['ETag'],
        },
        304: unchanged,
      },
    },
    async ({ query, headers, principal }) => {
      if (query.seller === 'me') return taggedJson(headers, await ownPage(deps.queries, principal.onliId))
      return taggedJson(
        headers,
        await cache.get('listings', market, `${query.limit} ${query.cursor ?? ''}`, (queries) =>
          page(queries, deps.clock.now(), query),
        ),
      )
    },
  )
}

/** Read where it is written: a seller who has just listed or sold looks for it. */
async function ownPage(queries: PageQueries, seller: string): Promise<unknown> {
  const rows = await queries.matching.listingsOf(seller, 200)
  return {
    listings: rows.map((row) => ({
      ...viewOf(row),
      unitsReserved: row.unitsReserved.toString(),
      status: row.status,
    })),
  }
}

/** A page of what can be bought. Listings of suspended sellers are left out, so a page may be short: the cursor says whether it goes on. */
async function page(queries: PageQueries, nowMs: number, query: z.infer<typeof pageQuery>): Promise<unknown> {
  const after = fromCursor(query.cursor, [/^[0-8]?\d{1,18}$/, /^\d{1,13}$/, /^lst_[0-9a-f]{32}$/])
  const [price = '', created = '', listingId = ''] = after ?? []
  const from = after && { unitPriceMicro: BigInt(price), createdAtMs: Number(created), listingId }
  const rows = await queries.matching.openListings(from, query.limit + 1, nowMs)
  const read = rows.slice(0, query.limit)
  const last = read.at(-1)
  const standings = await queries.authenticator.standings([...new Set(read.map((row) => row.seller))])
  return {
    listings: read.filter((row) => standings.get(row.seller)?.status === 'active').map(viewOf),
    ...(rows.length > read.length && last
      ? { nextCursor: toCursor([last.unitPriceMicro.toString(), String(last.createdAtMs), last.listingId]) }
      : {}),
  }
}
