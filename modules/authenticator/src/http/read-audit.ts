import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { listAudit } from '../adapters/audit-rows.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'

const lineSchema = z.strictObject({
  seq: z.number().int(),
  at: z.iso.datetime(),
  operatorId: z.string(),
  keyId: z.string(),
  action: z.string(),
  target: z.string(),
  phase: z
    .enum(['asked', 'done', 'refused', 'failed'])
    .describe('each action is `asked` before it is done, and ends as one of the others'),
  reason: z.string().optional(),
  facts: z
    .record(z.string(), z.unknown())
    .describe('of what was asked: the request; of what was done: before and after'),
  requestId: z.string().describe('the same for what was asked and how it ended; of an approved action its proposal'),
  trace: z.string(),
})

const filter = z.string().min(1).max(200).optional()

export function readAudit(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/audit',
      operationId: 'listAudit',
      tag: 'Administration',
      summary: 'What operators did: who, what, to what, why and when',
      description:
        'Lines are never changed or deleted. In pages: ask again `before` the `nextBefore` of the answer. A filter compares whole values.',
      access: 'operator',
      query: z.strictObject({
        operatorId: filter,
        action: filter,
        target: filter,
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      problems: [],
      responses: {
        200: {
          description: 'Newest first',
          schema: z.strictObject({ lines: z.array(lineSchema), nextBefore: z.number().int().optional() }),
        },
      },
    },
    async ({ query }) => {
      const rows = await listAudit(deps.database, query)
      const lines = rows.map(({ atMs, ...row }) => ({ ...row, at: toTimestamp(atMs) }))
      const nextBefore = rows.length === query.limit ? rows.at(-1)?.seq : undefined
      return json(200, { lines, nextBefore }, { 'cache-control': 'no-store' })
    },
  )
}
