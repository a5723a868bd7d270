import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server'
import { type NewEvent, SpeciesError, newEventId } from '@species/sdk'
import { z } from 'zod'
import { eventOf, idempotencyKey, listingId, orderSchema } from '../order.ts'
import { answer, attempt, progressOf } from '../results.ts'
import type { ToolDeps } from '../tool-deps.ts'
import { eventInWords, previewInWords, receiptInWords } from '../words.ts'

const quantity = z.string().optional()
const quoteSchema = z.looseObject({
  configVersion: z.number(),
  intent: z.string().optional(),
  units: quantity,
  total: quantity.describe('USDT: the price of all units'),
  fee: quantity.describe('USDT'),
  due: quantity.describe('USDT: what you would pay, with the fee'),
  proceeds: quantity.describe('USDT: what you would get, less the fee'),
  fills: z.array(z.looseObject({ listingId: z.string(), units: z.string(), unitPrice: z.string() })),
  refusal: z.looseObject({ code: z.string(), detail: z.string(), retryable: z.boolean() }).optional(),
})

/** What a tool that changes something answers with: where the event stands, and the receipt once it has ended. */
const tradeSchema = z.looseObject({
  eventId: z.string(),
  state: z.string().describe('`completed`, `failed` and `disputed` are ends'),
  ended: z.boolean(),
  receipt: z.looseObject({ receiptId: z.string(), status: z.string() }).optional(),
})

const waitSeconds = z.int().min(0).max(50).default(25).describe('how long to wait for the end before answering')

/** Tools that look before something is done, and that do it. */
export function addTradeTools(server: McpServer, deps: ToolDeps): void {
  const { client, caller } = deps
  server.registerTool(
    'quote',
    {
      title: 'Preview an order',
      description:
        'Tells what an order would cost or bring as things stand, and whether it would be refused. Nothing is done and nothing is reserved. Call it before `trade`.',
      inputSchema: orderSchema,
      outputSchema: quoteSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async (order) =>
      await attempt(async () => {
        const body = eventOf(order, (await caller()).onliId, newEventId())
        const preview = await client.call('previewEvent', { body })
        return answer(previewInWords(preview), preview)
      }),
  )
  server.registerTool(
    'trade',
    {
      title: 'Buy, sell, transfer or redeem',
      description:
        'Does an order: spends money or units of the user, and cannot be undone. Answers with the signed receipt, or with the state if the order has not ended in time; then call `event_status`. Ask the person first unless they told you to act.',
      inputSchema: orderSchema.extend({ idempotencyKey, waitSeconds }),
      outputSchema: tradeSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    async ({ idempotencyKey: eventId, waitSeconds: seconds, ...order }, context) =>
      await attempt(async () => {
        const event = eventOf(order, (await caller()).onliId, eventId)
        return await carryOut(deps, event, seconds, context)
      }),
  )
  server.registerTool(
    'cancel_listing',
    {
      title: 'Take a listing off the market',
      description: 'Ends a listing of the user. Its unsold units are theirs again. What was sold stays sold.',
      inputSchema: z.strictObject({ listingId, idempotencyKey, waitSeconds }),
      outputSchema: tradeSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    async ({ listingId: delist, idempotencyKey: eventId, waitSeconds: seconds }, context) =>
      await attempt(async () => {
        const event: NewEvent = { eventId, from: (await caller()).onliId, intent: 'DELIST', delist }
        return await carryOut(deps, event, seconds, context)
      }),
  )
}

/** Submits the event, which happens once under its id, and follows it while the host waits. */
async function carryOut(
  { client }: ToolDeps,
  event: NewEvent,
  seconds: number,
  context: ServerContext,
): Promise<CallToolResult> {
  const { eventId } = event
  const tell = progressOf(context)
  await client.submitEvent(event)
  tell('accepted')
  try {
    await client.waitForEnd(eventId, {
      timeoutMs: seconds * 1_000,
      signal: context.mcpReq.signal,
      onState: (view) => {
        tell(view.waitingFor ?? view.state)
      },
    })
  } catch (error) {
    if (!(error instanceof SpeciesError && error.code === 'still_waiting')) throw error
    const view = await client.getEvent(eventId)
    const words = `${eventInWords(view)}\nNext: call \`event_status\` with this eventId. Do not trade again for the same wish.`
    return answer(words, { ...view, ended: false })
  }
  const { receipt, jws } = await client.getReceipt(eventId)
  const data = { eventId, state: receipt.state, ended: true, receipt, jws }
  return answer(receiptInWords(receipt), data, receipt.status === 'FAILED')
}
