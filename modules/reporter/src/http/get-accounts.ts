import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'
import { amounts, amountsOf } from './get-balance.ts'

/** The marketplace's own accounts in the ledger. */
const own = ['treasury', 'fees', 'liquidity_pool', 'market:escrow'] as const

/** Asked seldom, by people who compare: nothing is kept, and it is read where it is written. */
export function getAccounts({ queries }: Pick<ReporterDeps, 'queries'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/accounts',
      operationId: 'getMarketAccounts',
      tag: 'Operations',
      summary: 'What the marketplace itself has',
      description: 'Read from the ledger at the time of asking.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: {
          description: 'Treasury, fees, liquidity pool and escrow, as the ledger has them',
          schema: z.strictObject({
            accounts: z.array(z.strictObject({ account: z.enum(own), species: amounts, usdt: amounts })),
          }),
        },
      },
    },
    async () => {
      const rows = await queries.cashier.balances(own)
      const accounts = own.map((account) => ({
        account,
        species: amountsOf(rows, account, 'SPECIES'),
        usdt: amountsOf(rows, account, 'USDT'),
      }))
      return json(200, { accounts }, { 'cache-control': 'no-store' })
    },
  )
}
