import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { deliveryStatuses } from '../adapters/delivery-rows.ts'
import type { WebhooksDeps } from '../app/deps.ts'
import { listDeliveries, readDelivery, resendDelivery, sendTest } from '../app/manage-deliveries.ts'
import {
  deliveryParams,
  deliverySchema,
  deliveryView,
  loggedDeliverySchema,
  loggedView,
  notStored,
  valueOf,
  webhookParams,
} from './wire.ts'

const one = '/marketplace/v1/webhooks/{webhookId}'

/** The delivery log of a webhook, resending, and tests. `look` begins what is due. */
export function deliveryEndpoints(deps: WebhooksDeps, look: () => void): Endpoint[] {
  return [list(deps), read(deps), again(deps, look), test(deps, look)]
}

function list(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: `${one}/deliveries`,
      operationId: 'listWebhookDeliveries',
      tag: 'Webhooks',
      summary: 'The delivery log of a webhook, newest first',
      description: 'The log keeps 30 days. In pages.',
      access: 'webhooks',
      problems: ['not_found'],
      params: webhookParams,
      query: z.strictObject({
        before: deliveryParams.shape.messageId.optional().describe('the last delivery of the page before'),
        status: z.enum(deliveryStatuses).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      responses: {
        200: {
          description: 'A page; ask again `before` the one that `nextBefore` names, while it is there',
          schema: z.strictObject({ deliveries: z.array(deliverySchema), nextBefore: z.string().optional() }),
        },
      },
    },
    async ({ principal, params, query: { before, status, limit } }) => {
      const page = { before, status, limit: limit + 1 }
      const found = valueOf(await listDeliveries(deps, principal.onliId, params.webhookId, page))
      const shown = found.slice(0, limit)
      const next = found.length > limit ? shown.at(-1)?.messageId : undefined
      const deliveries = shown.map(deliveryView)
      return json(200, { deliveries, ...(next === undefined ? {} : { nextBefore: next }) }, notStored)
    },
  )
}

function read(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: `${one}/deliveries/{messageId}`,
      operationId: 'getWebhookDelivery',
      tag: 'Webhooks',
      summary: 'One delivery, with its body and attempts',
      description: 'What was sent, and what your server answered each time.',
      access: 'webhooks',
      problems: ['not_found'],
      params: deliveryParams,
      responses: { 200: { description: 'The delivery', schema: loggedDeliverySchema } },
    },
    async ({ principal, params }) => {
      const found = await readDelivery(deps, principal.onliId, params.webhookId, params.messageId)
      return json(200, loggedView(valueOf(found)), notStored)
    },
  )
}

const queuedSchema = z.strictObject({ messageId: z.string() })

function again(deps: WebhooksDeps, look: () => void): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${one}/deliveries/{messageId}/resend`,
      operationId: 'resendWebhookDelivery',
      tag: 'Webhooks',
      summary: 'Send a delivery again',
      description: 'With the id and the body that it has always had. One that waits for a retry is sent at once.',
      access: 'webhooks',
      problems: ['not_found', 'webhook_disabled', 'too_many_deliveries'],
      params: deliveryParams,
      responses: { 202: { description: 'It is queued', schema: queuedSchema } },
    },
    async ({ principal, params: { webhookId, messageId } }) => {
      valueOf(await resendDelivery(deps, principal.onliId, webhookId, messageId))
      look()
      return json(202, { messageId }, notStored)
    },
  )
}

function test(deps: WebhooksDeps, look: () => void): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${one}/test`,
      operationId: 'testWebhook',
      tag: 'Webhooks',
      summary: 'Send a test to a webhook',
      description: 'Of the type `webhook.test`, whatever it wants to be told. See in its delivery log how it went.',
      access: 'webhooks',
      problems: ['not_found', 'webhook_disabled', 'too_many_deliveries'],
      params: webhookParams,
      responses: { 202: { description: 'It is queued', schema: queuedSchema } },
    },
    async ({ principal, params }) => {
      const messageId = valueOf(await sendTest(deps, principal.onliId, params.webhookId))
      look()
      return json(202, { messageId }, notStored)
    },
  )
}
