import { McpServer } from '@modelcontextprotocol/server'
import type { OutputOf } from '@species/sdk'
import { callerOf } from './caller.ts'
import { guide } from './guide.ts'
import { addPrompts, addResources } from './more.ts'
import type { McpOptions, ToolDeps } from './tool-deps.ts'
import { addAccountTools } from './tools/account.ts'
import { addEventTools } from './tools/events.ts'
import { addMarketTools } from './tools/market.ts'
import { addTradeTools } from './tools/trade.ts'

/**
 * The marketplace as an MCP server for one user. It keeps nothing between calls but who the user is, so each request may have a
 * server of its own: what makes a call happen once is the event id at the marketplace.
 */
export function createServer({ client }: McpOptions): McpServer {
  const list = { ttlMs: 60_000, cacheScope: 'private' } as const
  const server = new McpServer(
    { name: 'species-marketplace', title: 'SPECIES Marketplace', version: '5.1.0' },
    {
      instructions: guide,
      cacheHints: {
        'tools/list': list,
        'prompts/list': list,
        'resources/list': list,
        'resources/templates/list': list,
      },
    },
  )
  const keys = async (): Promise<OutputOf<'getReceiptKeys'>> => await client.call('getReceiptKeys')
  const deps: ToolDeps = { client, caller: callerOf(client), keys }
  addTradeTools(server, deps)
  addEventTools(server, deps)
  addAccountTools(server, deps)
  addMarketTools(server, deps)
  addResources(server, deps)
  addPrompts(server)
  return server
}
