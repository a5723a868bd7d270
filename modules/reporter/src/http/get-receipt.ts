import {
  type PresentReceipt,
  type PresentedReceipt,
  type Principal,
  type StoredReceipt,
  eventIdSchema,
  shownReceiptSchema,
} from '@species/contracts'
import { type Endpoint, Problem, endpoint } from '@species/http'
import { z } from 'zod'
import type { PageQueries } from '../app/deps.ts'
import type { PageCache } from '../app/page-cache.ts'
import { taggedJson, unchanged } from './page.ts'

const receiptId = z.string().regex(/^rcp\.[0-9a-f]{32}(\.[1-9]\d{0,2})?$/)

const answerSchema = z.strictObject({
  receipt: shownReceiptSchema,
  jws: z.string().describe('The signed form (SD-JWT, RFC 9901), with the disclosures of what you may read'),
  withheld: z.number().int().describe('How many fields the signature covers that are for other parties'),
  supersededBy: z.string().optional().describe('The newest receipt of the event, where this is an older one'),
})

export function getReceipt(cache: PageCache, present: PresentReceipt): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/receipts/{id}',
      operationId: 'getReceipt',
      tag: 'Receipts',
      summary: 'A receipt',
      description:
        'By your own event id the newest, or by its receipt id for every party to it. `receipt` is what you may read of it, `jws` the signed form that tells exactly that. Where `supersededBy` is there, something happened since: read that one.',
      access: 'read',
      requestHeaders: ['If-None-Match'],
      problems: ['not_found'],
      params: z.object({ id: z.union([receiptId, eventIdSchema]) }),
      responses: {
        200: { description: 'The receipt', schema: answerSchema, headers: ['ETag'] },
        304: unchanged,
      },
    },
    async ({ principal, params, headers }) => {
      // Two keys of one user may differ in what they may read. Only what this reader may read is kept.
      const isOperator = principal.scopes.includes('operator')
      const key = `shown ${String(isOperator)} ${params.id}`
      const found = await cache.get('receipt', principal.onliId, key, async (queries): Promise<Found | undefined> => {
        const stored = await find(queries, principal, params.id)
        if (!stored) return undefined
        const { owner, parties, issuedAtMs, supersededBy } = stored
        const shown = present(stored, { onliId: principal.onliId, isOperator })
        return { ...shown, owner, parties, issuedAtMs, ...(supersededBy === undefined ? {} : { supersededBy }) }
      })
      if (!found)
        throw new Problem(
          'not_found',
          `There is no receipt ${params.id} of yours. An event that has not ended has none yet.`,
        )
      cache.seen(found)
      const { receipt, jws, withheld, supersededBy } = found
      return taggedJson(headers, { receipt, jws, withheld, ...(supersededBy === undefined ? {} : { supersededBy }) })
    },
  )
}

type Newer = { readonly supersededBy?: string }
type Found = PresentedReceipt & Newer & Pick<StoredReceipt, 'owner' | 'parties' | 'issuedAtMs'>

/** The receipt if the caller may read it; another's does not exist for them. */
async function find(
  { marketplace, floorManager }: PageQueries,
  principal: Principal,
  id: string,
): Promise<(StoredReceipt & Newer) | undefined> {
  if (id.startsWith('rcp.')) {
    const stored = await floorManager.receipt(id)
    const allowed =
      stored &&
      (stored.owner === principal.onliId ||
        stored.parties.includes(principal.onliId) ||
        principal.scopes.includes('operator'))
    if (allowed !== true) return undefined
    const newest = await floorManager.receiptOf(stored.eventKey)
    return newest === undefined || newest.receiptId === id ? stored : { ...stored, supersededBy: newest.receiptId }
  }
  const event = await marketplace.eventByOwner(principal.onliId, id)
  return event && (await floorManager.receiptOf(event.eventKey))
}
