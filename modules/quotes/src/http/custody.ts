import { quoteKeyOf } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { findCustody, hurryCustody } from '../adapters/custody-rows.ts'
import type { QuotesDeps } from '../app/deps.ts'
import { readQuote } from '../app/manage-quotes.ts'
import { payThrough } from '../app/pay-through.ts'
import { notStored, quoteParams, quoteSchema, quoteView, valueOf } from './wire.ts'

/** While news of a payment are fresh its address is looked at quickly. */
const newsMs = 3_600_000

/** Payments of quotes through a custodian, and its webhook. */
export function custodyEndpoints(deps: QuotesDeps): Endpoint[] {
  return [pay(deps), hook(deps)]
}

function pay(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/quotes/{quoteId}/nowpayments',
      operationId: 'payQuoteThroughNowPayments',
      tag: 'Quotes',
      summary: 'Pay a quote through NOWPayments',
      description:
        'NOWPayments gives an address for this payment alone, in USDT on the chain of the quote. Pay it once, in full, before the quote expires; then, or before, send an event that cites the quote or has the payment as its `payWith.proof`. A second deposit there waits for an operator. The same again answers with the same payment. An agent pays only quotes that its own key made.',
      access: 'trade',
      params: quoteParams,
      problems: [
        'not_found',
        'quote_ended',
        'invalid_request',
        'agent_stopped',
        'mandate_required',
        'service_unavailable',
      ],
      responses: { 200: { description: 'The quote, with `payThrough`', schema: quoteSchema } },
    },
    async ({ principal, params }) => {
      if (!deps.custodian) throw new Problem('not_found', 'This marketplace takes no payments through NOWPayments.')
      const quoteKey = quoteKeyOf(params.quoteId)
      valueOf(await payThrough(deps, deps.custodian, { actor: principal, quoteKey }))
      const standing = valueOf(await readQuote(deps, principal.onliId, quoteKey))
      return json(200, quoteView(standing, deps.sandbox), notStored)
    },
  )
}

/** A custodian says that a payment has changed. It is a hint: its address is looked at now, and nothing else of it counts. */
function hook(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/webhooks/nowpayments',
      operationId: 'hearNowPayments',
      tag: 'Operations',
      summary: 'Notifications of NOWPayments',
      description:
        'For NOWPayments, which signs each over its content. The chain is looked at at once, and the payment is read again. Payments that are not ours are answered and ignored.',
      access: 'public',
      problems: ['invalid_signature', 'not_found'],
      responses: { 200: { description: 'Heard', schema: z.strictObject({ heard: z.string() }) } },
    },
    async ({ rawBody, headers }) => {
      if (!deps.custodyHints) throw new Problem('not_found', 'No secret is set: notifications are not taken.')
      const hint = deps.custodyHints.read(rawBody, headers)
      const heard = hint.kind === 'look' ? await heed(deps, hint) : hint.kind
      deps.metrics.chainHints.inc({ outcome: heard })
      if (heard === 'forged') throw new Problem('invalid_signature', 'The notification is not signed with our secret.')
      return json(200, { heard })
    },
  )
}

async function heed(
  { database, clock, watch }: QuotesDeps,
  { paymentId, parentPaymentId }: { paymentId: string; parentPaymentId: string | undefined },
): Promise<'look' | 'unknown_payment'> {
  // A repeated deposit has an id of its own; the payment before it has the address.
  const ids = [paymentId, ...(parentPaymentId === undefined ? [] : [parentPaymentId])]
  const payment = await findCustody(database, 'nowpayments', ids)
  if (!payment) return 'unknown_payment'
  const { chain, address } = payment
  await watch(database, [{ chain, address, quickUntilMs: clock.now() + newsMs }])
  await hurryCustody(database, chain, [address], clock.now())
  return 'look'
}
