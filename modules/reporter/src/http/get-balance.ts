import { type LedgerBalance, type Principal, onliIdSchema } from '@species/contracts'
import { type Asset, formatQuantity } from '@species/kernel'
import { type Endpoint, Problem, endpoint } from '@species/http'
import { z } from 'zod'
import type { PageCache } from '../app/page-cache.ts'
import { taggedJson, unchanged } from './page.ts'

export const userParams = z.object({ onliId: onliIdSchema })
export const amounts = z.strictObject({ available: z.string(), held: z.string(), total: z.string() })
const balanceSchema = z.strictObject({
  onliId: z.string(),
  species: amounts,
  usdt: z.strictObject({
    credit: amounts,
    payable: z.string().describe('what the marketplace owes for sales and redemptions'),
    receivable: z.string().describe('what the user owes the marketplace'),
  }),
})

export function getBalance(cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/users/{onliId}/balance',
      operationId: 'getBalance',
      tag: 'Users',
      summary: 'What you have',
      description: 'Units, credit, and what is owed either way. An operator reads anyone’s.',
      access: 'read',
      requestHeaders: ['If-None-Match'],
      problems: ['not_your_account'],
      params: userParams,
      responses: {
        200: { description: 'Units, credit, what is owed', schema: balanceSchema, headers: ['ETag'] },
        304: unchanged,
      },
    },
    async ({ principal, params, headers }) => {
      ownOnly(principal, params.onliId)
      return taggedJson(
        headers,
        await cache.get('balance', params.onliId, '', async (queries) =>
          balanceOf(params.onliId, await queries.cashier.balances(accountsOf(params.onliId))),
        ),
      )
    },
  )
}

/** The accounts of a user in the ledger. */
export function accountsOf(onliId: string): string[] {
  return [`user:${onliId}`, `payable:${onliId}`, `receivable:${onliId}`]
}

/** Only the owner, or an operator, reads what somebody has. */
export function ownOnly(principal: Principal, onliId: string): void {
  if (principal.onliId !== onliId && !principal.scopes.includes('operator')) {
    throw new Problem('not_your_account', `This key belongs to ${principal.onliId}; only ${onliId} reads this.`)
  }
}

function balanceOf(onliId: string, rows: readonly LedgerBalance[]): z.infer<typeof balanceSchema> {
  return {
    onliId,
    species: amountsOf(rows, `user:${onliId}`, 'SPECIES'),
    usdt: {
      credit: amountsOf(rows, `user:${onliId}`, 'USDT'),
      payable: formatQuantity('USDT', find(rows, `payable:${onliId}`, 'USDT').posted),
      receivable: formatQuantity('USDT', -find(rows, `receivable:${onliId}`, 'USDT').posted),
    },
  }
}

/** What an account has of an asset; nothing where it never had any. */
export function amountsOf(rows: readonly LedgerBalance[], account: string, asset: Asset): z.infer<typeof amounts> {
  const { posted, held } = find(rows, account, asset)
  return {
    available: formatQuantity(asset, posted - held),
    held: formatQuantity(asset, held),
    total: formatQuantity(asset, posted),
  }
}

function find(rows: readonly LedgerBalance[], account: string, asset: Asset): Pick<LedgerBalance, 'posted' | 'held'> {
  return rows.find((row) => row.account === account && row.asset === asset) ?? { posted: 0n, held: 0n }
}
