import { confirmationHeader } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { passkeysOf } from '../adapters/passkey-rows.ts'
import { registrationSchema } from '../adapters/webauthn.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { addPasskey, askForPasskey, dropPasskey } from '../app/manage-passkeys.ts'
import { holderOf } from '../domain/passkey.ts'
import {
  creationOptionsSchema,
  exampleRegistration,
  passkeyNameSchema,
  passkeySchema,
  passkeyView,
} from './passkey-wire.ts'
import { notStored, valueOf } from './wire.ts'

const tag = 'Access'
const base = '/marketplace/v1/passkeys'

/** The passkeys of the person who asks. Any of their keys may ask: what changes something is confirmed with a passkey. */
export function passkeyEndpoints(deps: AuthenticatorDeps): Endpoint[] {
  return [list(deps), options(deps), add(deps), remove(deps)]
}

function list({ database }: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listPasskeys',
      tag,
      summary: 'Your passkeys, oldest first',
      description: 'With them you sign in at a browser, and confirm payouts and whatever else needs you in person.',
      access: 'read',
      problems: [],
      responses: { 200: { description: 'The passkeys', schema: z.strictObject({ passkeys: z.array(passkeySchema) }) } },
    },
    async ({ principal }) => {
      const passkeys = (await passkeysOf(database, holderOf(principal))).map(passkeyView)
      return json(200, { passkeys }, notStored)
    },
  )
}

function options(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/options`,
      operationId: 'getPasskeyOptions',
      tag,
      summary: 'Ask for what a browser needs to make a passkey',
      description:
        'Options for `navigator.credentials.create` (WebAuthn Level 3), in their JSON form. Its challenge is good for five minutes, once.',
      access: 'read',
      problems: [],
      responses: { 201: { description: 'The options', schema: creationOptionsSchema } },
    },
    async ({ principal }) =>
      json(201, valueOf(await askForPasskey(deps, holderOf(principal), { purpose: 'register' })), notStored),
  )
}

function add(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'addPasskey',
      tag,
      summary: 'Add a passkey',
      description:
        'A passkey that you have confirms the request. A first one is made with a one-time link; only in a sandbox on your own machine it is made here, and nothing confirms it. You can have 10.',
      access: 'read',
      requestHeaders: [confirmationHeader],
      body: {
        schema: z.strictObject({ name: passkeyNameSchema, response: registrationSchema }),
        examples: { phone: { name: 'my phone', response: exampleRegistration } },
      },
      problems: [
        'confirmation_required',
        'confirmation_invalid',
        'challenge_expired',
        'passkey_invalid',
        'already_exists',
      ],
      responses: { 201: { description: 'The passkey', schema: passkeySchema } },
    },
    async ({ principal, body, rawBody, headers }) => {
      const action = { method: 'POST', path: base, body: rawBody }
      const confirmation = headers.get(confirmationHeader)
      return json(
        201,
        passkeyView(valueOf(await addPasskey(deps, principal, body, { action, confirmation }))),
        notStored,
      )
    },
  )
}

function remove(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: `${base}/{passkeyId}`,
      operationId: 'removePasskey',
      tag,
      summary: 'Remove a passkey, for ever',
      description:
        'The browsers that it signed in are signed out. A passkey that you have confirms the request. The last one stays.',
      access: 'read',
      whileSuspended: true,
      requestHeaders: [confirmationHeader],
      params: z.strictObject({ passkeyId: z.string().regex(/^psk_[0-9a-f]{32}$/) }),
      problems: ['not_found', 'precondition_failed', 'confirmation_required', 'confirmation_invalid'],
      responses: { 204: { description: 'It is removed', schema: 'empty' } },
    },
    async ({ principal, params: { passkeyId }, rawBody, headers, trace }) => {
      const action = { method: 'DELETE', path: `${base}/${passkeyId}`, body: rawBody }
      const confirmation = headers.get(confirmationHeader)
      valueOf(await dropPasskey(deps, principal, { passkeyId, trace }, { action, confirmation }))
      return new Response(null, { status: 204 })
    },
  )
}
