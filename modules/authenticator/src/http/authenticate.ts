import { scopeSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { findUser } from '../adapters/user-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { limitsView, profileTraySchema, shownLimitsSchema } from './wire.ts'

const responseSchema = z.strictObject({
  onliId: z.string(),
  marketplaceUserId: z.uuid(),
  keyId: z.string(),
  scopes: z.array(scopeSchema),
  limits: shownLimitsSchema.optional(),
  profileTray: profileTraySchema,
})

export function authenticate(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/authenticate',
      operationId: 'authenticate',
      tag: 'Access',
      summary: 'Tell who signed this request',
      description: 'Answers with the caller, the scopes and limits of the key, and the profile of the user.',
      access: 'read',
      problems: ['not_found'],
      responses: {
        200: { description: 'The caller, what the key may do, and the profile tray', schema: responseSchema },
      },
    },
    async ({ principal }) => {
      const user = await findUser(deps.database, principal.onliId)
      if (!user) throw new Problem('not_found', 'There is no such user.')
      const { onliId, keyId, scopes, limits } = principal
      const { marketplaceUserId, profileTray } = user
      return json(
        200,
        { onliId, marketplaceUserId, keyId, scopes, limits: limitsView(limits), profileTray },
        { 'cache-control': 'no-store' },
      )
    },
  )
}
