import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { WebhooksDeps } from '../app/deps.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  readEndpoint,
  rotateSecret,
} from '../app/manage-endpoints.ts'
import {
  changeSchema,
  notStored,
  valueOf,
  wantedExamples,
  wantedSchema,
  webhookParams,
  webhookSchema,
  webhookView,
} from './wire.ts'

const base = '/marketplace/v1/webhooks'
const one = `${base}/{webhookId}`
const secretSchema = z.string().describe('`whsec_` and base64; told here and never again')

/** Makes, lists, reads, changes and deletes webhooks, and rotates their secrets. */
export function webhookEndpoints(deps: WebhooksDeps): Endpoint[] {
  return [create(deps), list(deps), read(deps), change(deps), remove(deps), rotate(deps)]
}

function create(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'createWebhook',
      tag: 'Webhooks',
      summary: 'Make a webhook',
      description:
        'Your server is told what becomes of your events, signed as Standard Webhooks has it. You can have ten. The secret is told here and never again.',
      access: 'webhooks',
      body: { schema: wantedSchema, examples: wantedExamples },
      problems: ['address_not_public', 'too_many_webhooks'],
      responses: { 201: { description: 'The webhook', schema: webhookSchema.extend({ secret: secretSchema }) } },
    },
    async ({ principal, body }) => {
      const made = valueOf(await createEndpoint(deps, principal, body))
      return json(201, { ...webhookView(made.endpoint), secret: made.secret }, notStored)
    },
  )
}

function list(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listWebhooks',
      tag: 'Webhooks',
      summary: 'List your webhooks, newest first',
      description: 'With their states. A disabled one says why.',
      access: 'webhooks',
      problems: [],
      responses: {
        200: { description: 'The webhooks', schema: z.strictObject({ webhooks: z.array(webhookSchema) }) },
      },
    },
    async ({ principal }) => {
      const found = await listEndpoints(deps, principal.onliId)
      return json(200, { webhooks: found.map(webhookView) }, notStored)
    },
  )
}

function read(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: one,
      operationId: 'getWebhook',
      tag: 'Webhooks',
      summary: 'A webhook of yours',
      description: 'Its address, what it is told, and whether it works.',
      access: 'webhooks',
      problems: ['not_found'],
      params: webhookParams,
      responses: { 200: { description: 'The webhook', schema: webhookSchema } },
    },
    async ({ principal, params }) => {
      const found = valueOf(await readEndpoint(deps, principal.onliId, params.webhookId))
      return json(200, webhookView(found), notStored)
    },
  )
}

function change(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'put',
      path: one,
      operationId: 'changeWebhook',
      tag: 'Webhooks',
      summary: 'Change, enable or disable a webhook',
      description:
        'Give all of it. What waits goes to the new address. Disabling gives up what waits; enabling forgets the failures before.',
      access: 'webhooks',
      params: webhookParams,
      body: { schema: changeSchema, examples: wantedExamples },
      problems: ['not_found', 'address_not_public'],
      responses: { 200: { description: 'The webhook', schema: webhookSchema } },
    },
    async ({ principal, params, body }) =>
      json(200, webhookView(valueOf(await changeEndpoint(deps, principal.onliId, params.webhookId, body))), notStored),
  )
}

function remove(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: one,
      operationId: 'deleteWebhook',
      tag: 'Webhooks',
      summary: 'Delete a webhook',
      description: 'Nothing more is sent. Its secrets are removed at once, its log soon after.',
      access: 'webhooks',
      whileSuspended: true,
      params: webhookParams,
      problems: ['not_found'],
      responses: { 204: { description: 'It is deleted', schema: 'empty' } },
    },
    async ({ principal, params }) => {
      valueOf(await deleteEndpoint(deps, principal.onliId, params.webhookId))
      return new Response(null, { status: 204 })
    },
  )
}

const dayMs = 86_400_000
/** How long the secret before may go on signing. */
const longestOverlapMs = 604_800_000

function rotate(deps: WebhooksDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${one}/secret`,
      operationId: 'rotateWebhookSecret',
      tag: 'Webhooks',
      summary: 'Give a webhook a new secret',
      description:
        'Until the overlap ends, every call has a signature of each secret, so that you can change yours meanwhile. Use 0 if the secret is known to others.',
      access: 'webhooks',
      whileSuspended: true,
      params: webhookParams,
      body: {
        schema: z.strictObject({
          overlapMs: z.number().int().min(0).max(longestOverlapMs).default(dayMs).describe('a day by default'),
        }),
        examples: { 'an hour': { overlapMs: 3_600_000 } },
      },
      problems: ['not_found'],
      responses: {
        200: {
          description: 'The new secret',
          schema: z.strictObject({ secret: secretSchema, previousEndsAt: z.iso.datetime() }),
        },
      },
    },
    async ({ principal, params, body }) => {
      const rotated = valueOf(await rotateSecret(deps, principal.onliId, params.webhookId, body.overlapMs))
      const { secret, previousEndsAtMs } = rotated
      return json(200, { secret, previousEndsAt: toTimestamp(previousEndsAtMs) }, notStored)
    },
  )
}
