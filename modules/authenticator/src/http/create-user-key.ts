import { type Endpoint, Problem, endpoint, json } from '@species/http'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { createKey } from '../app/manage-keys.ts'
import { operatorId } from '../domain/user.ts'
import {
  keyRequestExamples,
  keyRequestFrom,
  keyRequestSchema,
  newKeySchema,
  newKeyView,
  notStored,
  onliIdParams,
  valueOf,
} from './wire.ts'

export function createUserKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users/{onliId}/keys',
      operationId: 'createUserKey',
      tag: 'Administration',
      summary: 'Make a key for a user',
      description: 'Never one with the scope `operator`. The secret of an hmac key is told here and never again.',
      access: 'operator',
      audit: { action: 'key.create', target: ({ params }) => params.onliId },
      params: onliIdParams,
      body: { schema: keyRequestSchema, examples: keyRequestExamples },
      problems: ['not_found'],
      responses: { 201: { description: 'The key', schema: newKeySchema } },
    },
    async ({ principal, params: { onliId }, body, trace, changed }) => {
      if (onliId === operatorId)
        throw new Problem('forbidden', 'Operators’ keys are made with the person: POST /admin/v1/operators.')
      const made = await createKey(deps, { onliId, actor: principal, request: keyRequestFrom(body), trace })
      const { key, ...rest } = valueOf(made)
      changed({ after: { keyId: key.keyId } })
      return json(201, newKeyView({ key, ...rest }), notStored)
    },
  )
}
