import { actorOf } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { listDifferences } from '../adapters/difference-rows.ts'
import { newestRuns } from '../adapters/run-rows.ts'
import type { ReconciliationDeps } from '../app/deps.ts'
import { reconcile } from '../app/run.ts'
import { differenceSchema, viewOf } from './view.ts'

/** Differences that an answer shows. */
const mostShown = 200
const mostRuns = 50

const sectionSchema = z.strictObject({
  name: z.string(),
  compared: z.number().describe('vaults, chains, receipts and so on that were compared'),
  found: z.number().describe('differences, suspected ones with them'),
  notCompared: z.array(z.string()).describe('what could not be compared, and why'),
  failure: z.string().optional(),
})
const runSchema = z.strictObject({
  agrees: z.boolean().describe('no difference is open, and everything was compared'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  sections: z.array(sectionSchema),
})
const reportSchema = runSchema.extend({
  differences: z.array(differenceSchema).describe('those that are open, the oldest first; at most 200'),
})

export function reconcileEndpoints(deps: ReconciliationDeps): Endpoint[] {
  return [start(deps), runs(deps)]
}

function start(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/reconciliations',
      operationId: 'reconcile',
      tag: 'Operations',
      summary: 'Compare the ledger with everything else, now',
      description:
        'With vaults, with what our wallets hold and what left them, with deposits in suspense, claims, receipts and Firefly III. What users moved outside their vaults is booked; everything else waits for people. It runs by itself every few minutes.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'books.reconcile', target: () => 'books' },
      problems: [],
      responses: { 200: { description: 'What was compared, and what is open', schema: reportSchema } },
    },
    async ({ principal, changed }) => {
      const { agrees, startedAtMs, endedAtMs, sections } = await reconcile(deps, actorOf(principal))
      const open = await listDifferences(deps.database, { states: ['open'], limit: mostShown })
      changed({ after: { agrees, open: open.map(({ differenceId }) => differenceId) } })
      return json(200, {
        agrees,
        startedAt: toTimestamp(startedAtMs),
        endedAt: toTimestamp(endedAtMs),
        sections,
        differences: open.map((row) => viewOf(row, deps.clock.now())),
      })
    },
  )
}

function runs(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/reconciliations',
      operationId: 'listReconciliations',
      tag: 'Operations',
      summary: 'The newest comparisons of the books',
      description: 'At most 50, the newest first.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: {
          description: 'What each has compared, and who asked for it',
          schema: z.strictObject({ runs: z.array(runSchema.extend({ by: z.string() })) }),
        },
      },
    },
    async () => {
      const rows = await newestRuns(deps.database, mostRuns)
      return json(200, {
        runs: rows.map((row) => ({
          agrees: row.agrees,
          startedAt: toTimestamp(row.startedAtMs),
          endedAt: toTimestamp(row.endedAtMs),
          sections: row.sections,
          by: row.by,
        })),
      })
    },
  )
}
