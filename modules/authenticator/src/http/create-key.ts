import { confirmationHeader } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { isByPasskey } from '../app/confirm-by-passkey.ts'
import { createKey } from '../app/manage-keys.ts'
import {
  keyRequestExamples,
  keyRequestFrom,
  keyRequestSchema,
  newKeySchema,
  newKeyView,
  notStored,
  valueOf,
} from './wire.ts'

const path = '/marketplace/v1/keys'

export function createOwnKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path,
      operationId: 'createKey',
      tag: 'Keys',
      summary: 'Make a key',
      description:
        'It has no scope and no limit looser than the key that asks. What is left open is taken from that key. The secret of an hmac key is told here and never again. If you confirm the request with a passkey, the key may outlive the one that asks, and may have the scope `payout` for the addresses in `limits.payoutAddresses`.',
      access: 'keys',
      body: { schema: keyRequestSchema, examples: keyRequestExamples },
      requestHeaders: [confirmationHeader],
      problems: ['not_found', 'confirmation_invalid'],
      responses: { 201: { description: 'The key', schema: newKeySchema } },
    },
    async ({ principal, body, rawBody, headers, trace }) => {
      const request = keyRequestFrom(body)
      const confirmation = headers.get(confirmationHeader)
      if (confirmation !== null && !isByPasskey(confirmation))
        throw new Problem(
          'confirmation_invalid',
          'Only a passkey confirms a key. Leave the header out to confirm nothing.',
        )
      const action = { method: 'POST', path, body: rawBody }
      const confirmed = confirmation === null ? undefined : { action, confirmation }
      const made = await createKey(deps, { actor: principal, request, trace, confirmed })
      return json(201, newKeyView(valueOf(made)), notStored)
    },
  )
}
