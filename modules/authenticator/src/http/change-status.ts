import { actorOf } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { changeStatus } from '../app/manage-users.ts'
import { onliIdParams, userView, userViewSchema, valueOf } from './wire.ts'

const bodySchema = z.strictObject({
  status: z.enum(['active', 'suspended', 'frozen']),
  reason: z.string().trim().min(3).max(500),
})

export function changeUserStatus(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users/{onliId}/status',
      operationId: 'changeUserStatus',
      tag: 'Administration',
      summary: 'Suspend, freeze or reinstate a user',
      description:
        'A user who is not active can only read. The reason is kept, with the person and the key that gave it.',
      access: 'operator',
      params: onliIdParams,
      body: {
        schema: bodySchema,
        examples: { suspend: { status: 'suspended', reason: 'The user reports a stolen key.' } },
      },
      problems: ['not_found'],
      responses: { 200: { description: 'The user', schema: userViewSchema } },
    },
    async ({ principal, params: { onliId }, body: { status, reason }, trace }) => {
      const changed = await changeStatus(deps, { onliId, status, reason, changedBy: actorOf(principal), trace })
      return json(200, userView(valueOf(changed)))
    },
  )
}
