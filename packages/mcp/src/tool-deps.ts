import type { Client, OutputOf } from '@species/sdk'
import type { Caller } from './caller.ts'

export interface McpOptions {
  /** Signs as the user for whom this server acts. */
  readonly client: Client
}

/** What tools work with. */
export interface ToolDeps extends McpOptions {
  readonly caller: () => Promise<Caller>
  /** The public keys of receipts, as the marketplace has them now. */
  readonly keys: () => Promise<OutputOf<'getReceiptKeys'>>
}
