import { type Endpoint, endpoint, json } from '@species/http'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { revokeKey } from '../app/manage-keys.ts'
import { keyIdParams, keyView, keyViewSchema, valueOf } from './wire.ts'

export function revokeAnyKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: '/admin/v1/keys/{keyId}',
      operationId: 'revokeAnyKey',
      tag: 'Administration',
      summary: 'Revoke anybody’s key, for ever',
      description: 'Requests signed with it are refused from now on. It cannot be undone.',
      access: 'operator',
      audit: { action: 'key.revoke', target: ({ params }) => params.keyId },
      problems: ['not_found'],
      params: keyIdParams,
      responses: { 200: { description: 'The key as it was', schema: keyViewSchema } },
    },
    async ({ principal, params: { keyId }, trace, changed }) => {
      const key = valueOf(await revokeKey(deps, { onliId: undefined, keyId, actor: principal, trace }))
      changed({ after: { owner: key.operatorId ?? key.onliId } })
      return json(200, keyView(key))
    },
  )
}
