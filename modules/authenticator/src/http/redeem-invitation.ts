import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { registrationSchema } from '../adapters/webauthn.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { openInvitation, redeemInvitation } from '../app/redeem-invitation.ts'
import { creationOptionsSchema, enrolledSchema, exampleRegistration, passkeyNameSchema } from './passkey-wire.ts'
import { examplePublicKey, newKeyView, notStored, publicKeySchema, valueOf } from './wire.ts'

const tag = 'Access'
const base = '/marketplace/v1/sign-in/invitation'
const token = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('what is behind `#` in the link')
const exampleToken = 'dGhpcyBpcyBhbiBleGFtcGxlIG9mIGEgdG9rZW4uLi4'

/** Coming in by a one-time link: the browser makes a key and a passkey, and both are kept at once. */
export function redeemEndpoints(deps: AuthenticatorDeps): Endpoint[] {
  return [options(deps), redeem(deps)]
}

function options(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/options`,
      operationId: 'openInvitation',
      tag,
      summary: 'Ask for what a browser needs to redeem a one-time link',
      description: 'Options for `navigator.credentials.create`. The link is not used up by it.',
      access: 'public',
      body: {
        schema: z.strictObject({ token, publicKey: publicKeySchema }),
        examples: { link: { token: exampleToken, publicKey: examplePublicKey } },
      },
      problems: ['invitation_invalid', 'forbidden'],
      responses: { 201: { description: 'The options', schema: creationOptionsSchema } },
    },
    async ({ body }) => json(201, valueOf(await openInvitation(deps, body)), notStored),
  )
}

function redeem(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'redeemInvitation',
      tag,
      summary: 'Redeem a one-time link with a new passkey, and enrol the key of the browser',
      description:
        'Once, all or nothing. A new user is registered with it. The key is that of a sign-in with the passkey, and ends after 12 hours.',
      access: 'public',
      body: {
        schema: z.strictObject({
          token,
          publicKey: publicKeySchema,
          name: passkeyNameSchema,
          response: registrationSchema,
        }),
        examples: {
          link: { token: exampleToken, publicKey: examplePublicKey, name: 'my phone', response: exampleRegistration },
        },
      },
      problems: [
        'invitation_invalid',
        'challenge_expired',
        'passkey_invalid',
        'already_exists',
        'reserved_name',
        'user_suspended',
        'forbidden',
      ],
      responses: { 201: { description: 'The key', schema: enrolledSchema } },
    },
    async ({ body, trace }) => {
      const made = valueOf(await redeemInvitation(deps, { ...body, trace }))
      const { onliId, operatorId } = made.key
      return json(201, { ...newKeyView(made), onliId, operatorId }, notStored)
    },
  )
}
