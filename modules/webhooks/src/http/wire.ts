import { type WebhookType, webhookTypes } from '@species/contracts'
import type { ErrorCode } from '@species/contracts'
import { Problem } from '@species/http'
import type { Result } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type AttemptRow, type DeliveryRow, type LoggedDelivery, deliveryStatuses } from '../adapters/delivery-rows.ts'
import type { EndpointRow } from '../adapters/endpoint-rows.ts'

const time = z.iso.datetime()
const typeNames = Object.keys(webhookTypes) as [WebhookType, ...WebhookType[]]
const typeSchema = z.enum(typeNames)

export const webhookParams = z.object({ webhookId: z.string().regex(/^wh_[0-9a-f]{32}$/) })
export const deliveryParams = webhookParams.extend({ messageId: z.string().regex(/^msg_[0-9a-f]{32}$/) })

export const wantedSchema = z.strictObject({
  url: z.string().min(1).max(2_048).describe('a public https address'),
  types: z
    .array(typeSchema)
    .min(1)
    .max(typeNames.length)
    .describe(
      `what it is told: ${Object.entries(webhookTypes)
        .map(([name, text]) => `\`${name}\`: ${text}`)
        .join(' ')}`,
    ),
  description: z.string().max(200).default(''),
})
export const changeSchema = wantedSchema.extend({ enabled: z.boolean().default(true) })

export const wantedExamples = {
  ends: { url: 'https://shop.example/species', types: ['event.completed', 'event.failed', 'event.disputed'] },
} satisfies Record<string, z.input<typeof wantedSchema>>

export const webhookSchema = z.strictObject({
  webhookId: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  description: z.string(),
  status: z.enum(['active', 'disabled']),
  disabledFor: z
    .enum(['owner', 'gone', 'failing'])
    .optional()
    .describe('you disabled it; your server answered 410; or nothing was delivered for three days'),
  disabledAt: time.optional(),
  failingSince: time.optional().describe('since when nothing has been delivered'),
  madeBy: z.string().describe('the key with which it was made'),
  createdAt: time,
  updatedAt: time,
})

export function webhookView(one: EndpointRow): z.infer<typeof webhookSchema> {
  return {
    webhookId: one.endpointId,
    url: one.url,
    types: [...one.types],
    description: one.description,
    status: one.status,
    ...(one.disabledFor === undefined ? {} : { disabledFor: one.disabledFor }),
    ...(one.disabledAtMs === undefined ? {} : { disabledAt: toTimestamp(one.disabledAtMs) }),
    ...(one.failingSinceMs === undefined ? {} : { failingSince: toTimestamp(one.failingSinceMs) }),
    madeBy: one.madeBy,
    createdAt: toTimestamp(one.createdAtMs),
    updatedAt: toTimestamp(one.updatedAtMs),
  }
}

export const deliverySchema = z.strictObject({
  messageId: z.string().describe('the `webhook-id` of every attempt'),
  type: z.string(),
  status: z.enum(deliveryStatuses).describe('`dropped`: your queue was full; it can be resent'),
  attempts: z.number().int(),
  createdAt: time,
  nextAttemptAt: time.optional(),
  endedAt: time.optional(),
})

const attemptSchema = z.strictObject({
  number: z.number().int(),
  at: time,
  tookMs: z.number().int(),
  statusCode: z.number().int().optional(),
  failure: z.string().optional().describe('why no answer came'),
  answer: z.string().describe('the beginning of the answer, at most 1,024 bytes'),
})
export const loggedDeliverySchema = deliverySchema.extend({
  body: z.string().describe('the bytes that are signed and sent'),
  log: z.array(attemptSchema).describe('the newest 50 attempts, newest first'),
})

export function deliveryView(one: DeliveryRow): z.infer<typeof deliverySchema> {
  return {
    messageId: one.messageId,
    type: one.type,
    status: one.status,
    attempts: one.attempts,
    createdAt: toTimestamp(one.createdAtMs),
    ...(one.nextAtMs === undefined ? {} : { nextAttemptAt: toTimestamp(one.nextAtMs) }),
    ...(one.endedAtMs === undefined ? {} : { endedAt: toTimestamp(one.endedAtMs) }),
  }
}

export function loggedView(one: LoggedDelivery): z.infer<typeof loggedDeliverySchema> {
  return { ...deliveryView(one), body: one.body, log: one.log.map(attemptView) }
}

function attemptView(one: AttemptRow): z.infer<typeof attemptSchema> {
  return {
    number: one.number,
    at: toTimestamp(one.atMs),
    tookMs: one.tookMs,
    ...(one.statusCode === undefined ? {} : { statusCode: one.statusCode }),
    ...(one.failure === undefined ? {} : { failure: one.failure }),
    answer: one.answer,
  }
}

/** The value, or the problem document that says why there is none. */
export function valueOf<T>(result: Result<T, { readonly code: ErrorCode; readonly detail: string }>): T {
  if (result.ok) return result.value
  const { code, detail } = result.refusal
  throw new Problem(code, detail, code === 'too_many_deliveries' ? { retryAfterSeconds: 60 } : {})
}

/** Of answers that hold a secret or change at any time. */
export const notStored = { 'cache-control': 'no-store' }
