import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { passkeyChallengeMs } from '../adapters/passkey-challenges.ts'
import { assertionSchema } from '../adapters/webauthn.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { askToSignIn, signInWithPasskey } from '../app/passkey-sign-in.ts'
import { enrolledSchema, exampleAssertion, requestOptionsSchema } from './passkey-wire.ts'
import { examplePublicKey, newKeyView, notStored, publicKeySchema, valueOf } from './wire.ts'

const tag = 'Access'
const base = '/marketplace/v1/sign-in/passkey'

/** Signing in at a browser with a passkey: its key is enrolled, and signs every request from then on. */
export function passkeySignInEndpoints(deps: AuthenticatorDeps): Endpoint[] {
  return [options(deps), signIn(deps)]
}

function options(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/options`,
      operationId: 'getSignInOptions',
      tag,
      summary: 'Ask for a challenge to sign in with a passkey',
      description:
        'For `navigator.credentials.get`. It is good for five minutes, once, and enrols the key that is named here and no other.',
      access: 'public',
      body: {
        schema: z.strictObject({ publicKey: publicKeySchema }),
        examples: { key: { publicKey: examplePublicKey } },
      },
      problems: [],
      responses: { 201: { description: 'The options', schema: requestOptionsSchema } },
    },
    async ({ body: { publicKey }, network }) => {
      const challenge = await askToSignIn(deps, { publicKey, network })
      const { id: rpId } = deps.relyingParty()
      return json(201, { challenge, rpId, timeout: passkeyChallengeMs, userVerification: 'required' }, notStored)
    },
  )
}

function signIn(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'signInWithPasskey',
      tag,
      summary: 'Enrol the key of a browser with a passkey',
      description:
        'The key is the passkey holder’s. It ends after 12 hours, is listed and revoked like any other, and ends with its passkey. A passkey is signed in at 10 browsers at most: one more signs the oldest out.',
      access: 'public',
      body: {
        schema: z.strictObject({ publicKey: publicKeySchema, response: assertionSchema }),
        examples: { answer: { publicKey: examplePublicKey, response: exampleAssertion } },
      },
      problems: ['challenge_expired', 'passkey_invalid', 'user_suspended', 'forbidden'],
      responses: { 201: { description: 'The key', schema: enrolledSchema } },
    },
    async ({ body, trace }) => {
      const made = valueOf(await signInWithPasskey(deps, { ...body, trace }))
      const { onliId, operatorId } = made.key
      return json(201, { ...newKeyView(made), onliId, operatorId }, notStored)
    },
  )
}
