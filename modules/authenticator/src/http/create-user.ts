import { onliIdSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { createUser } from '../app/manage-users.ts'
import { profileTraySchema, userView, userViewSchema, valueOf } from './wire.ts'

const bodySchema = z.strictObject({ onliId: onliIdSchema, profileTray: profileTraySchema.default({}) })

export function registerUser(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users',
      operationId: 'registerUser',
      tag: 'Administration',
      summary: 'Register a user, with a vault at Onli Cloud',
      description: 'The name is theirs for ever. Their wallets and keys come later.',
      access: 'operator',
      audit: { action: 'user.create', target: ({ body }) => body.onliId },
      body: {
        schema: bodySchema,
        examples: {
          withProfile: {
            onliId: 'dora',
            profileTray: { displayName: 'Dora', language: 'en-GB', timeZone: 'Europe/Berlin' },
          },
          nameAlone: { onliId: 'emil' },
        },
      },
      problems: ['reserved_name', 'already_exists'],
      responses: { 201: { description: 'The user', schema: userViewSchema } },
    },
    async ({ body: { onliId, profileTray }, trace }) =>
      json(201, userView(valueOf(await createUser(deps, { onliId, profileTray, trace })))),
  )
}
