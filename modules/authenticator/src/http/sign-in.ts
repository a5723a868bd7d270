import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { endKey } from '../app/manage-keys.ts'
import { continueAs, demoPeople, presentPeople } from '../app/sandbox-sign-in.ts'
import { notFromOwnPage } from '../domain/own-page.ts'
import {
  examplePublicKey,
  keyView,
  keyViewSchema,
  newKeySchema,
  newKeyView,
  notStored,
  publicKeySchema,
  valueOf,
} from './wire.ts'

const tag = 'Access'

/** How a browser may sign in here. */
export function signInWays(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/sign-in',
      operationId: 'getSignIn',
      tag,
      summary: 'How a browser may sign in here',
      description:
        'Demo users are named where every partner is the sandbox and a page of this marketplace asks on its own machine.',
      access: 'public',
      problems: [],
      responses: {
        200: {
          description: 'The ways',
          schema: z.strictObject({ continueAs: z.array(z.enum(demoPeople)).describe('empty: not here') }),
        },
      },
    },
    async ({ headers }) => {
      const isHere = deps.sandboxSignIn && notFromOwnPage(headers) === undefined
      return json(200, { continueAs: isHere ? await presentPeople(deps) : [] }, notStored)
    },
  )
}

export function continueAsDemoUser(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/sign-in/sandbox',
      operationId: 'continueAs',
      tag,
      summary: 'Enrol the key of a browser for a demo user of the sandbox',
      description:
        'Only where every partner is the sandbox and the server listens on loopback; only for a page of this marketplace on the same machine (`Host`, `Origin` and `Sec-Fetch-Site` are ours, and nothing forwarded the request). The key ends after 12 hours and is listed and revoked like any other.',
      access: 'public',
      body: {
        schema: z.strictObject({ as: z.enum(demoPeople), publicKey: publicKeySchema }),
        examples: { alice: { as: 'alice', publicKey: examplePublicKey } },
      },
      problems: ['forbidden', 'not_found'],
      responses: { 201: { description: 'The key', schema: newKeySchema.extend({ onliId: z.string() }) } },
    },
    async ({ headers, body, trace }) => {
      if (!deps.sandboxSignIn)
        throw new Problem('forbidden', 'Demo users are only for a sandbox on your own machine. Sign in another way.')
      const foreign = notFromOwnPage(headers)
      if (foreign !== undefined)
        throw new Problem('forbidden', `Only a page of this marketplace on the same machine may do this: ${foreign}.`)
      const made = valueOf(await continueAs(deps, { person: body.as, publicKey: body.publicKey, trace }))
      return json(201, { ...newKeyView(made), onliId: body.as }, notStored)
    },
  )
}

/** Any key may end itself, whatever its scopes. */
export function signOut(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: '/marketplace/v1/sign-in',
      operationId: 'signOut',
      tag,
      summary: 'End the key that signs this request, for ever',
      description:
        'What a browser does when its user signs out. It cannot be undone. The key is not revoked: what was done with it stays good.',
      access: 'read',
      whileSuspended: true,
      problems: ['not_found'],
      responses: { 200: { description: 'The key as it was', schema: keyViewSchema } },
    },
    async ({ principal, trace }) => json(200, keyView(valueOf(await endKey(deps, principal, trace)))),
  )
}
