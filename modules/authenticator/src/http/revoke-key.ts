import { type Endpoint, endpoint, json } from '@species/http'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { revokeKey } from '../app/manage-keys.ts'
import { keyIdParams, keyView, keyViewSchema, valueOf } from './wire.ts'

export function revokeOwnKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: '/marketplace/v1/keys/{keyId}',
      operationId: 'revokeKey',
      tag: 'Keys',
      summary: 'Revoke a key of yours, for ever',
      description: 'Requests signed with it are refused from now on. It cannot be undone.',
      access: 'keys',
      whileSuspended: true,
      problems: ['not_found'],
      params: keyIdParams,
      responses: { 200: { description: 'The key as it was', schema: keyViewSchema } },
    },
    async ({ principal, params: { keyId }, trace }) =>
      json(200, keyView(valueOf(await revokeKey(deps, { onliId: principal.onliId, keyId, actor: principal, trace })))),
  )
}
