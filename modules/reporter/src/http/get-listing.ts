import { listingIdSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'
import { type PageCache, market } from '../app/page-cache.ts'
import { listingView, viewOf } from './get-listings.ts'

export function getListing(deps: ReporterDeps, cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/listings/{listingId}',
      operationId: 'getListing',
      tag: 'Market',
      summary: 'One listing that is for sale',
      description: 'One that is sold out, over, taken back, or whose seller is suspended is not there.',
      access: 'read',
      problems: ['not_found'],
      params: z.strictObject({ listingId: listingIdSchema }),
      responses: {
        200: {
          description: 'The listing',
          schema: listingView.extend({ asOf: z.string().describe('when it was read') }),
        },
      },
    },
    async ({ params: { listingId } }) => {
      const found = await cache.get('listing', market, listingId, async (queries) => {
        const nowMs = deps.clock.now()
        const row = await queries.matching.listing(listingId)
        if (row?.status !== 'open' || row.unitsAvailable === 0n || row.expiresAtMs <= nowMs) return undefined
        const standing = (await queries.authenticator.standings([row.seller])).get(row.seller)
        return standing?.status === 'active' ? { ...viewOf(row), asOf: new Date(nowMs).toISOString() } : undefined
      })
      if (!found) throw new Problem('not_found', `${listingId} is not for sale, or never was.`)
      return json(200, found)
    },
  )
}
