import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { answer, attempt } from '../results.ts'
import type { ToolDeps } from '../tool-deps.ts'
import { balanceInWords, grouped } from '../words.ts'

export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true } as const
export const pageSchema = z.strictObject({
  limit: z.int().min(1).max(50).default(20),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
})
const quantities = z.looseObject({ available: z.string(), held: z.string(), total: z.string() })

/** Tools that tell what the user has and had. */
export function addAccountTools(server: McpServer, { client, caller }: ToolDeps): void {
  server.registerTool(
    'balance',
    {
      title: 'What the user has',
      description: 'Units and USDT of the user: available, held by events under way, and owed either way.',
      inputSchema: z.strictObject({}),
      outputSchema: z.looseObject({
        onliId: z.string(),
        species: quantities,
        usdt: z.looseObject({ credit: quantities }),
      }),
      annotations: reads,
    },
    async () =>
      await attempt(async () => {
        const balance = await client.balance((await caller()).onliId)
        return answer(balanceInWords(balance), balance)
      }),
  )
  server.registerTool(
    'transactions',
    {
      title: 'The statement of the user',
      description: 'Each line of the accounts of the user, newest first, with the balance after it.',
      inputSchema: pageSchema,
      outputSchema: z.looseObject({ transactions: z.array(z.looseObject({ asset: z.string(), amount: z.string() })) }),
      annotations: reads,
    },
    async (query) =>
      await attempt(async () => {
        const page = await client.transactions((await caller()).onliId, query)
        const lines = page.transactions.map(
          ({ at, kind, amount, asset }) => `${at} ${kind} ${grouped(amount)} ${asset}`,
        )
        return answer(lines.join('\n') || 'There are no transactions.', page)
      }),
  )
}
