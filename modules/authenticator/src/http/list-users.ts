import { onliIdSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { listUsers } from '../adapters/user-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { userView, userViewSchema } from './wire.ts'

const query = z.strictObject({
  after: onliIdSchema.optional().describe('the last of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export function listAllUsers(deps: Pick<AuthenticatorDeps, 'database'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/users',
      operationId: 'listUsers',
      tag: 'Administration',
      summary: 'List the users',
      description: 'By id, in pages: ask again `after` the last one as long as `nextAfter` is there.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      query,
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ users: z.array(userViewSchema), nextAfter: z.string().optional() }),
        },
      },
    },
    async ({ query: { after, limit } }) => {
      const found = await listUsers(deps.database, after ?? '', limit + 1)
      const users = found.slice(0, limit)
      const next = found.length > limit ? users.at(-1)?.onliId : undefined
      return json(200, { users: users.map(userView), ...(next === undefined ? {} : { nextAfter: next }) })
    },
  )
}
