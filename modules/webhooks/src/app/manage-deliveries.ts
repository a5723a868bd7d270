import { type Result, ok, refuse } from '@species/kernel'
import { type DeliveryRow, type LoggedDelivery, deliveriesOf, deliveryOf, resend } from '../adapters/delivery-rows.ts'
import { type EndpointRow, countEndpoints, findEndpoint } from '../adapters/endpoint-rows.ts'
import { countQueued, storeForEndpoint } from '../adapters/outbox-rows.ts'
import { maxQueued, messageOf } from './announce.ts'
import type { WebhooksDeps } from './deps.ts'

type Deps = Pick<WebhooksDeps, 'database' | 'clock' | 'ids'>
type Code = 'not_found' | 'webhook_disabled' | 'too_many_deliveries'
type Refused = { readonly code: Code; readonly detail: string }
type Answer<T> = Promise<Result<T, Refused>>

/** What a list of deliveries is asked for. `before` is the last one of the page before. */
export interface Page {
  readonly before: string | undefined
  readonly status: DeliveryRow['status'] | undefined
  readonly limit: number
}

/** The delivery log of a webhook, newest first. */
export async function listDeliveries(
  deps: Deps,
  onliId: string,
  endpointId: string,
  page: Page,
): Answer<DeliveryRow[]> {
  if (!(await findEndpoint(deps.database, onliId, endpointId))) return refuse('not_found', noWebhook)
  return ok(await deliveriesOf(deps.database, endpointId, page))
}

/** One delivery with its body and attempts. */
export async function readDelivery(
  deps: Deps,
  onliId: string,
  endpointId: string,
  messageId: string,
): Answer<LoggedDelivery> {
  if (!(await findEndpoint(deps.database, onliId, endpointId))) return refuse('not_found', noWebhook)
  const found = await deliveryOf(deps.database, endpointId, messageId)
  return found ? ok(found) : refuse('not_found', noDelivery)
}

/** Sends a delivery again, with the id and body that it has always had. One that is pending is due at once. */
export async function resendDelivery(deps: Deps, onliId: string, endpointId: string, messageId: string): Answer<true> {
  return await queueing(deps, onliId, endpointId, async (tx) =>
    (await resend(tx, endpointId, messageId, deps.clock.now())) ? ok(true) : refuse('not_found', noDelivery),
  )
}

/** Queues a test for one webhook, whatever it wants to be told. Answers with the id of the message. */
export async function sendTest(deps: Deps, onliId: string, endpointId: string): Answer<string> {
  return await queueing(deps, onliId, endpointId, async (tx) => {
    const once = deps.ids.uuid()
    const test = {
      owner: onliId,
      type: 'webhook.test',
      key: `test:${once}`,
      once,
      data: { webhookId: endpointId },
    } as const
    const message = messageOf(deps, test)
    await storeForEndpoint(tx, message, { endpointId, nowMs: deps.clock.now() })
    return ok(message.messageId)
  })
}

type Tx = Parameters<Parameters<Deps['database']['transaction']>[0]>[0]

/** Works where the webhook is active and its owner's queue has room. One transaction of an owner at a time counts. */
async function queueing<T>(
  deps: Deps,
  onliId: string,
  endpointId: string,
  work: (tx: Tx, endpoint: EndpointRow) => Answer<T>,
): Answer<T> {
  return await deps.database.transaction(async (tx): Answer<T> => {
    await countEndpoints(tx, onliId)
    const endpoint = await findEndpoint(tx, onliId, endpointId)
    if (!endpoint) return refuse('not_found', noWebhook)
    if (endpoint.status === 'disabled')
      return refuse('webhook_disabled', 'The webhook is disabled. Enable it with PUT first.')
    if ((await countQueued(tx, onliId, maxQueued)) >= maxQueued)
      return refuse('too_many_deliveries', `${maxQueued} of your deliveries wait. Try again when some have ended.`)
    return await work(tx, endpoint)
  })
}

const noWebhook = 'You have no such webhook.'
const noDelivery = 'This webhook has no such delivery. The log keeps 30 days.'
