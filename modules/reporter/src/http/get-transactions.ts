import { receiptIdOf } from '@species/contracts'
import { formatQuantity } from '@species/kernel'
import { type Endpoint, endpoint } from '@species/http'
import { z } from 'zod'
import type { PageQueries } from '../app/deps.ts'
import type { PageCache } from '../app/page-cache.ts'
import { accountsOf, ownOnly, userParams } from './get-balance.ts'
import { fromCursor, pageQuery, taggedJson, toCursor, unchanged } from './page.ts'

const line = z.strictObject({
  transferId: z.string(),
  kind: z.string(),
  account: z.string(),
  asset: z.enum(['USDT', 'SPECIES']),
  amount: z.string().describe('negative where it went out'),
  balanceAfter: z.string(),
  receiptId: z.string().optional(),
  at: z.string(),
})

export function getTransactions(cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/users/{onliId}/transactions',
      operationId: 'listTransactions',
      tag: 'Users',
      summary: 'Your statement: every line of your accounts, newest first',
      description: 'Each line is one transfer in the ledger, with the balance after it. An operator reads anyone’s.',
      access: 'read',
      requestHeaders: ['If-None-Match'],
      problems: ['not_your_account'],
      params: userParams,
      query: pageQuery,
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ transactions: z.array(line), nextCursor: z.string().optional() }),
          headers: ['ETag'],
        },
        304: unchanged,
      },
    },
    async ({ principal, params, query, headers }) => {
      ownOnly(principal, params.onliId)
      const key = `${query.limit} ${query.cursor ?? ''}`
      return taggedJson(
        headers,
        await cache.get('transactions', params.onliId, key, (queries) => page(queries, params.onliId, query)),
      )
    },
  )
}

async function page(queries: PageQueries, onliId: string, query: z.infer<typeof pageQuery>): Promise<unknown> {
  const [before] = fromCursor(query.cursor, [/^[0-8]?\d{1,18}$/]) ?? []
  const rows = await queries.cashier.statement(
    accountsOf(onliId),
    before === undefined ? undefined : BigInt(before),
    query.limit + 1,
  )
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    transactions: shown.map((row) => ({
      transferId: row.transferId,
      kind: row.kind,
      account: row.account,
      asset: row.asset,
      amount: formatQuantity(row.asset, row.amount),
      balanceAfter: formatQuantity(row.asset, row.balanceAfter),
      ...(row.eventKey === undefined ? {} : { receiptId: receiptIdOf(row.eventKey) }),
      at: new Date(row.atMs).toISOString(),
    })),
    ...(rows.length > shown.length && last ? { nextCursor: toCursor([last.seq.toString()]) } : {}),
  }
}
