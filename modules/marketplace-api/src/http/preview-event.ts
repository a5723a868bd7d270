import { normaliseEvent, wireEventSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { citingQuote } from '../app/paid-through.ts'
import { previewEvent, previewSchema } from '../app/preview-event.ts'
import { eventExamples } from './event-examples.ts'
import { ownAccountOnly } from './post-event.ts'

export function previewOfEvent(deps: Parameters<typeof previewEvent>[0]): Endpoint {
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
      problems: ['invalid_amount', 'not_your_account'],
      responses: { 200: { description: 'The figures, or the refusal', schema: previewSchema } },
    },
    async ({ principal, body }) => {
      ownAccountOnly(principal, body.from)
      const sent = normaliseEvent(body)
      const event = (await citingQuote(deps.quotes(deps.database), sent)) ?? sent
      return json(200, await previewEvent(deps, event, principal.keyId), { 'cache-control': 'no-store' })
    },
  )
}
