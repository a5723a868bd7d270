import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { changingStatus } from '../app/manage-users.ts'
import { onliIdParams, userViewSchema } from './wire.ts'

const bodySchema = z.strictObject({
  status: z.enum(['active', 'suspended', 'frozen']),
  reason: z.string().trim().min(3).max(500),
})

export function changeUserStatus(deps: AuthenticatorDeps): Endpoint {
  const change = deps.secondPerson.define(changingStatus(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users/{onliId}/status',
      operationId: 'changeUserStatus',
      tag: 'Administration',
      summary: 'Suspend, freeze or reinstate a user',
      description:
        'A user who is not active can only read. The reason is kept, with the person and the key that gave it. Lifting a freeze takes two people.',
      access: 'operator',
      audit: { action: 'user.status', target: ({ params }) => params.onliId },
      params: onliIdParams,
      body: {
        schema: bodySchema,
        examples: { suspend: { status: 'suspended', reason: 'The user reports a stolen key.' } },
      },
      problems: ['not_found'],
      responses: { 200: { description: 'The user', schema: userViewSchema }, ...secondPersonResponse },
    },
    (call) => change.request(call, { onliId: call.params.onliId, status: call.body.status }),
  )
}
