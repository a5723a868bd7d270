import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatQuantity } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { countQueued, oldestQueuedMs, queueRefused, readRefused } from '../adapters/pair-rows.ts'
import { readProgress } from '../adapters/progress-rows.ts'
import { type Compared, compareBook } from '../app/compare.ts'
import type { MirrorDeps } from '../app/deps.ts'

const mostCounted = 100_000
const mostShown = 100
const mostRetried = 1_000

const accountSchema = z.strictObject({
  name: z.string(),
  asset: z.enum(['USDT', 'SPECIES']),
  ledger: z.string().describe('the balance in the ledger, debits above zero'),
  written: z.string().describe('what was written into the book'),
  book: z.string().optional().describe('what the book shows; absent where it did not answer'),
  difference: z.string().optional().describe('`book` less `written`: anything but zero was not written by us'),
})

const statusSchema = z.strictObject({
  configured: z.boolean(),
  queued: z.int().optional().describe('entries that wait, counted up to 100,000'),
  oldestQueuedAt: z.iso.datetime().optional(),
  failure: z.string().optional().describe('why the last round ended early'),
  failedAt: z.iso.datetime().optional(),
  refused: z
    .array(z.strictObject({ externalId: z.string(), reason: z.string() }))
    .optional()
    .describe('entries that the book refuses, at most 100'),
  accounts: z.array(accountSchema).optional(),
})

/** What operators ask about the book. Without a book it says so, and there is nothing to retry. */
export function mirrorEndpoints(deps: MirrorDeps | undefined): Endpoint[] {
  return [status(deps), retry(deps)]
}

function status(deps: MirrorDeps | undefined): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/mirror',
      operationId: 'getMirror',
      tag: 'Operations',
      summary: 'How far the book in Firefly III is behind the ledger',
      description: 'With `compare=true` the book is asked for the balance of each account, which takes a moment.',
      access: 'operator',
      problems: [],
      query: z.strictObject({ compare: z.enum(['true', 'false']).default('false') }),
      responses: { 200: { description: 'What waits, what is refused, and the accounts', schema: statusSchema } },
    },
    async ({ query }) => {
      const headers = { 'cache-control': 'no-store' }
      if (!deps) return json(200, { configured: false }, headers)
      const { database } = deps
      const oldestMs = await oldestQueuedMs(database)
      const { failure, failedAtMs } = await readProgress(database)
      const refused = await readRefused(database, mostShown)
      return json(
        200,
        {
          configured: true,
          queued: await countQueued(database, mostCounted),
          ...(oldestMs === undefined ? {} : { oldestQueuedAt: toTimestamp(oldestMs) }),
          ...(failure === undefined || failedAtMs === undefined ? {} : { failure, failedAt: toTimestamp(failedAtMs) }),
          refused: refused.map(({ externalId, refusal }) => ({ externalId, reason: refusal })),
          ...(query.compare === 'true' ? { accounts: (await compareBook(deps)).map(shown) } : {}),
        },
        headers,
      )
    },
  )
}

function shown({ name, asset, ledger, written, book }: Compared): z.output<typeof accountSchema> {
  const text = (quantity: bigint): string => formatQuantity(asset, quantity)
  return {
    name,
    asset,
    ledger: text(ledger),
    written: text(written),
    ...(book === undefined ? {} : { book: text(book), difference: text(book - written) }),
  }
}

function retry(deps: MirrorDeps | undefined): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/mirror/retry',
      operationId: 'retryMirror',
      tag: 'Operations',
      summary: 'Write again what the book refused',
      description:
        'Mend the cause in Firefly III first. Each entry is looked for before it is written: nothing is written twice.',
      access: 'operator',
      audit: { action: 'mirror.retry', target: () => 'mirror' },
      problems: ['not_found'],
      responses: {
        200: { description: 'How many entries wait again', schema: z.strictObject({ queued: z.int() }) },
      },
    },
    async ({ changed }) => {
      if (!deps) throw new Problem('not_found', 'No book is configured. Set FIREFLY_URL and FIREFLY_TOKEN.')
      const queued = await queueRefused(deps.database, mostRetried)
      changed({ after: { queued } })
      return json(200, { queued })
    },
  )
}
