import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { heed } from '../app/heed-hints.ts'
import type { DepositsDeps } from '../app/deps.ts'

/** A partner says that something came in. It is a hint: the chain is looked at now, and nothing else is taken from the delivery. */
export function chainHook(deps: DepositsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/webhooks/moralis',
      operationId: 'hearMoralis',
      tag: 'Operations',
      summary: 'Deliveries of Moralis Streams',
      description:
        'For Moralis, which signs each delivery over its bytes. A delivery makes the marketplace look at the chain at once. Streams that are not ours are answered and ignored.',
      access: 'public',
      problems: ['invalid_signature', 'not_found'],
      responses: { 200: { description: 'Heard', schema: z.strictObject({ heard: z.string() }) } },
    },
    async ({ rawBody, headers }) => {
      if (!deps.chainHints) throw new Problem('not_found', 'No webhook secret is set: deliveries are not taken.')
      const hint = deps.chainHints.read(rawBody, headers)
      deps.metrics.chainHints.inc({ outcome: hint.kind })
      if (hint.kind === 'forged') throw new Problem('invalid_signature', 'The delivery is not signed with our secret.')
      if (hint.kind === 'look') await heed(deps, hint)
      return json(200, { heard: hint.kind })
    },
  )
}
