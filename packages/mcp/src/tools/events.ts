import type { McpServer } from '@modelcontextprotocol/server'
import { verifyReceipt } from '@species/sdk'
import { z } from 'zod'
import { answer, attempt } from '../results.ts'
import type { ToolDeps } from '../tool-deps.ts'
import { eventInWords, receiptInWords } from '../words.ts'

const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true } as const
const shownReceipt = z.looseObject({
  receiptId: z.string(),
  eventId: z.string(),
  status: z.string(),
  sandbox: z.boolean(),
})

/** Tools that tell what became of an event. */
export function addEventTools(server: McpServer, { client, keys }: ToolDeps): void {
  server.registerTool(
    'event_status',
    {
      title: 'How an event stands',
      description: 'Tells the state of an event of the user, what it waits for and until when, or why it was refused.',
      inputSchema: z.strictObject({ eventId: z.string().min(8).max(64).describe('the idempotencyKey of the call') }),
      outputSchema: z.looseObject({ eventId: z.string(), state: z.string(), waitingFor: z.string().optional() }),
      annotations: { ...reads, openWorldHint: true },
    },
    async ({ eventId }) =>
      await attempt(async () => {
        const view = await client.getEvent(eventId)
        return answer(eventInWords(view), view)
      }),
  )
  server.registerTool(
    'receipt',
    {
      title: 'Read a receipt',
      description:
        'The signed receipt of an event that has ended: by the eventId of an event of the user, or by receiptId for each of its parties.',
      inputSchema: z.strictObject({ id: z.string().min(3).max(120) }),
      outputSchema: z.looseObject({ receipt: shownReceipt, jws: z.string().describe('the signed form') }),
      annotations: { ...reads, openWorldHint: true },
    },
    async ({ id }) =>
      await attempt(async () => {
        const signed = await client.getReceipt(id)
        return answer(receiptInWords(signed.receipt), signed)
      }),
  )
  server.registerTool(
    'verify_receipt',
    {
      title: 'Verify a receipt',
      description:
        'Checks the signature of a receipt that someone shows, with the public keys of the marketplace, and tells what it really says. Nothing about it is sent anywhere.',
      inputSchema: z.strictObject({ jws: z.string().min(20).max(200_000).describe('the signed form') }),
      outputSchema: z.looseObject({ valid: z.boolean(), receipt: shownReceipt.optional() }),
      annotations: { ...reads, openWorldHint: false },
    },
    async ({ jws }) =>
      await attempt(async () => {
        const receipt = await verifyReceipt(jws, await keys())
        const worth = receipt.sandbox ? ' It is of the sandbox and worth nothing.' : ''
        const words = `The receipt is genuine: ${receipt.receiptId}, ${receipt.status}.${worth} Whether a newer one supersedes it, \`receipt\` tells its parties.`
        return answer(words, { valid: true, receipt })
      }),
  )
}
