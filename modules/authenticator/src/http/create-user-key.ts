import { secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint } from '@species/http'
import { z } from 'zod'
import { creatingUserKey } from '../app/create-user-key.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { operatorId } from '../domain/user.ts'
import { keyRequestExamples, keyRequestSchema, newKeySchema, onliIdParams } from './wire.ts'

export function createUserKey(deps: AuthenticatorDeps): Endpoint {
  const create = deps.secondPerson.define(creatingUserKey(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users/{onliId}/keys',
      operationId: 'createUserKey',
      tag: 'Administration',
      summary: 'Make a key for a user',
      description:
        'Never one with the scope `operator`. A key that can do more than read takes two people, and then it is made of a public key of the user. The user sees in their list that an operator made it. The secret of an hmac key is told here and never again.',
      access: 'operator',
      role: 'admin',
      audit: { action: 'key.create', target: ({ params }) => params.onliId },
      params: onliIdParams,
      body: {
        schema: keyRequestSchema.extend({ reason: z.string().trim().min(3).max(500).default('a new key') }),
        examples: keyRequestExamples,
      },
      problems: ['not_found'],
      responses: { 201: { description: 'The key', schema: newKeySchema }, ...secondPersonResponse },
    },
    (call) => {
      const { onliId } = call.params
      if (onliId === operatorId)
        throw new Problem('forbidden', 'Operators’ keys are made with the person: POST /admin/v1/operators.')
      const { reason: _, ...request } = call.body
      return create.request(call, { ...request, onliId }, 201)
    },
  )
}
