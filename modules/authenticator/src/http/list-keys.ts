import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { keysOf } from '../adapters/key-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { keyView, keyViewSchema } from './wire.ts'

export function listKeys(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/keys',
      operationId: 'listKeys',
      tag: 'Keys',
      summary: 'List your keys',
      description: 'Those in use, and the newest of those that ended; at most 200. Never a secret.',
      access: 'keys',
      problems: [],
      responses: { 200: { description: 'The keys', schema: z.strictObject({ keys: z.array(keyViewSchema) }) } },
    },
    async ({ principal }) => json(200, { keys: (await keysOf(deps.database, principal.onliId)).map(keyView) }),
  )
}
