import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { guide } from './guide.ts'
import { fenced } from './results.ts'
import type { ToolDeps } from './tool-deps.ts'

/** Only its reader may keep it, and not for long. */
const ofTheUser = { ttlMs: 0, cacheScope: 'private' } as const

/** What hosts can show without a tool: receipts, listings and the guide. */
export function addResources(server: McpServer, { client }: ToolDeps): void {
  server.registerResource(
    'guide',
    'species://guide',
    {
      title: 'How to use the marketplace',
      mimeType: 'text/markdown',
      cacheHint: { ttlMs: 3_600_000, cacheScope: 'public' },
    },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/markdown', text: guide }] }),
  )
  server.registerResource(
    'listings',
    'species://listings',
    { title: 'Open listings', mimeType: 'text/plain', cacheHint: ofTheUser },
    async (uri) => {
      const text = fenced(await client.listings({ limit: 50 }))
      return { contents: [{ uri: uri.href, mimeType: 'text/plain', text }] }
    },
  )
  server.registerResource(
    'receipt',
    new ResourceTemplate('species://receipts/{id}', { list: undefined }),
    { title: 'A signed receipt', mimeType: 'application/json', cacheHint: ofTheUser },
    async (uri, { id }) => {
      const signed = await client.getReceipt(String(id))
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(signed, null, 2) }] }
    },
  )
}

const promptOf = (text: string): { messages: { role: 'user'; content: { type: 'text'; text: string } }[] } => ({
  messages: [{ role: 'user', content: { type: 'text', text } }],
})
const short = (what: string): z.ZodString => z.string().max(100).describe(what)

/** Texts that a person picks in their host. */
export function addPrompts(server: McpServer): void {
  server.registerPrompt(
    'buy',
    {
      title: 'Buy SPECIES',
      description: 'Looks at the price, asks, then buys',
      argsSchema: z.object({ units: short('how many units'), maxUnitPrice: short('USDT for one unit at most') }),
    },
    ({ units, maxUnitPrice }) =>
      promptOf(
        `Buy ${units} units of SPECIES for at most ${maxUnitPrice} USDT each. Compare the treasury with the market by \`quote\`, show me the cheapest with its fee, and wait for my yes before you \`trade\`. Then show me the receipt.`,
      ),
  )
  server.registerPrompt(
    'sell',
    {
      title: 'Sell SPECIES',
      description: 'Looks at the listings, asks, then offers units on the market',
      argsSchema: z.object({ units: short('how many units'), unitPrice: short('USDT for one unit') }),
    },
    ({ units, unitPrice }) =>
      promptOf(
        `Offer ${units} units of SPECIES for ${unitPrice} USDT each. First check my \`balance\` and where this price stands among the \`listings\`, show me the \`quote\`, and wait for my yes before you \`trade\`.`,
      ),
  )
  server.registerPrompt(
    'explain_receipt',
    {
      title: 'Explain a receipt',
      description: 'Says in plain words what a receipt proves',
      argsSchema: z.object({ id: short('an event id or a receipt id') }),
    },
    ({ id }) =>
      promptOf(
        `Read the receipt ${id}, verify it, and explain it to me: what moved from whom to whom, what it cost with the fee, my balance before and after, and what the signature proves.`,
      ),
  )
}
