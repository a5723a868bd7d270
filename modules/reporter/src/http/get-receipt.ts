import { type Principal, type StoredReceipt, eventIdSchema, receiptSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint } from '@species/runtime'
import { z } from 'zod'
import type { PageQueries } from '../app/deps.ts'
import type { PageCache } from '../app/page-cache.ts'
import { taggedJson } from './page.ts'

const receiptId = z.string().regex(/^rcp\.[0-9a-f]{32}(\.[1-9]\d{0,2})?$/)

const answerSchema = z.strictObject({
  receipt: receiptSchema,
  jws: z.string(),
  supersededBy: z.string().optional().describe('The newest receipt of the event, where this is an older one'),
})

export function getReceipt(cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/receipts/{id}',
      tag: 'Receipts',
      summary: 'A receipt',
      description:
        'By your own event id the newest, or by its receipt id for every party to it. `jws` is the signed form; `receipt` is its payload. Where `supersededBy` is there, something happened since: read that one.',
      access: 'read',
      params: z.object({ id: z.union([receiptId, eventIdSchema]) }),
      responses: {
        200: { description: 'The receipt', schema: answerSchema },
        304: { description: 'Unchanged' },
      },
    },
    async ({ principal, params, headers }) => {
      // Two keys of one user may differ in what they may read.
      const operates = principal.scopes.includes('operator')
      const stored = await cache.get('receipt', principal.onliId, `${String(operates)} ${params.id}`, (queries) =>
        find(queries, principal, params.id),
      )
      if (!stored)
        throw new Problem(
          'not_found',
          `There is no receipt ${params.id} of yours. An event that has not ended has none yet.`,
        )
      cache.seen(stored)
      const receipt: unknown = JSON.parse(Buffer.from(stored.jws.split('.')[1] ?? '', 'base64url').toString())
      const { jws, supersededBy } = stored
      return taggedJson(headers, { receipt, jws, ...(supersededBy === undefined ? {} : { supersededBy }) })
    },
  )
}

type FoundReceipt = StoredReceipt & { readonly supersededBy?: string }

/** The receipt if the caller may read it; somebody else's does not exist for him. */
async function find(
  { marketplace, floorManager }: PageQueries,
  principal: Principal,
  id: string,
): Promise<FoundReceipt | undefined> {
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
