import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { findUser } from '../adapters/user-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { onliIdParams, userView, userViewSchema } from './wire.ts'

export function readUser(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/users/{onliId}',
      operationId: 'getUser',
      tag: 'Administration',
      summary: 'Read a user',
      description: 'The user, their status and their vault at Onli Cloud.',
      access: 'operator',
      role: 'viewer',
      problems: ['not_found'],
      params: onliIdParams,
      responses: { 200: { description: 'The user', schema: userViewSchema } },
    },
    async ({ params: { onliId } }) => {
      const user = await findUser(deps.database, onliId)
      if (!user) throw new Problem('not_found', 'There is no such user.')
      return json(200, userView(user))
    },
  )
}
