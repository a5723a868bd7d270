import { normaliseEvent, wireEventSchema } from '@species/contracts'
import { citingQuote } from '../app/paid-through.ts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { previewEvent, previewSchema } from '../app/preview-event.ts'
import { eventExamples } from './event-examples.ts'
import { ownAccountOnly, proceedsAskedBy } from './post-event.ts'

export function previewOfEvent(
  deps: Parameters<typeof previewEvent>[0] & Pick<MarketplaceApiDeps, 'proceeds'>,
): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/events/preview',
      operationId: 'previewEvent',
      tag: 'Events',
      summary: 'What an event would come to',
      description:
        'Price, fee and total by the rules that decide, as the market stands now. Nothing is kept or reserved; the payment, your balance and the limits of your key are not looked at. Preview a purchase with `payWith.source` `credit` before you pay on chain.',
      access: 'trade',
      body: { schema: wireEventSchema, examples: eventExamples },
      problems: [
        'invalid_amount',
        'invalid_request',
        'not_your_account',
        'payouts_unsupported',
        'unknown_destination',
        'address_refused',
      ],
      responses: { 200: { description: 'The figures, or the refusal', schema: previewSchema } },
    },
    async ({ principal, body }) => {
      ownAccountOnly(principal, body.from)
      const asked = proceedsAskedBy(body)
      const allowed = asked && (await deps.proceeds.check(asked))
      if (allowed && !allowed.ok) throw new Problem(allowed.refusal.code, allowed.refusal.detail)
      const sent = normaliseEvent(body)
      const event = (await citingQuote(deps.quotes(deps.database), sent)) ?? sent
      return json(200, await previewEvent(deps, event, principal.keyId), { 'cache-control': 'no-store' })
    },
  )
}
