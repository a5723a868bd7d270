import { type Endpoint, endpoint, json } from '@species/http'
import type { AuthenticatorDeps } from '../app/deps.ts'
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

export function createOwnKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/keys',
      operationId: 'createKey',
      tag: 'Keys',
      summary: 'Make a key',
      description:
        'It has no scope and no limit looser than the key that asks. What is left open is taken from that key. The secret of an hmac key is told here and never again.',
      access: 'keys',
      body: { schema: keyRequestSchema, examples: keyRequestExamples },
      problems: ['not_found'],
      responses: { 201: { description: 'The key', schema: newKeySchema } },
    },
    async ({ principal, body, trace }) => {
      const request = keyRequestFrom(body)
      const made = await createKey(deps, { actor: principal, request, trace })
      return json(201, newKeyView(valueOf(made)), notStored)
    },
  )
}
