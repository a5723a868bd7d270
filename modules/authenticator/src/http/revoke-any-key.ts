import { hasRole } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint, json } from '@species/http'
import { findKey } from '../adapters/key-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { revokeKey } from '../app/manage-keys.ts'
import { revokingOperatorKey } from '../app/stop-operators.ts'
import { keyIdParams, keyView, keyViewSchema, valueOf } from './wire.ts'

const reason = 'a key that must not sign any more'

export function revokeAnyKey(deps: AuthenticatorDeps): Endpoint {
  const revokeOperators = deps.secondPerson.define(revokingOperatorKey(deps))
  return endpoint(
    {
      method: 'delete',
      path: '/admin/v1/keys/{keyId}',
      operationId: 'revokeAnyKey',
      tag: 'Administration',
      summary: 'Revoke the key of any user, for ever',
      description:
        'Requests signed with it are refused from now on. It cannot be undone. A key of another operator is revoked by an admin; if fewer than two admins with a key would be left, a second person approves it.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'key.revoke', target: ({ params }) => params.keyId, stops: true },
      problems: ['not_found'],
      params: keyIdParams,
      responses: { 200: { description: 'The key as it was', schema: keyViewSchema }, ...secondPersonResponse },
    },
    async ({ principal, params: { keyId }, trace, changed }) => {
      const owner = (await findKey(deps.database, keyId))?.operatorId
      if (owner !== undefined && owner !== principal.operatorId && hasRole(principal.role, 'admin'))
        return await revokeOperators.request({ principal, trace, changed, body: { reason } }, { keyId })
      const key = valueOf(await revokeKey(deps, { onliId: undefined, keyId, actor: principal, trace }))
      changed({ after: { owner: key.operatorId ?? key.onliId } })
      return json(200, keyView(key))
    },
  )
}
