import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Passkey } from '../domain/passkey.ts'
import type { RelyingParty } from '../domain/relying-party.ts'

const bytes = (most: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')

/** A credential id has at most 1,023 bytes (WebAuthn Level 3, section 4). */
const credentialId = bytes(1_364)
const clientDataJSON = bytes(4_096)
const around = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).optional(),
  authenticatorAttachment: z.string().max(40).optional(),
}
const transports = z.array(z.string().max(40)).max(10)

/** `AuthenticationResponseJSON` of a browser. */
export const assertionSchema = z.strictObject({
  ...around,
  response: z.strictObject({
    clientDataJSON,
    authenticatorData: bytes(2_048),
    signature: bytes(1_024),
    userHandle: bytes(100).optional(),
  }),
})
export type Assertion = z.infer<typeof assertionSchema>

/** `RegistrationResponseJSON` of a browser. Beside what is read, browsers send the same in other forms. */
export const registrationSchema = z.strictObject({
  ...around,
  response: z.object({ clientDataJSON, attestationObject: bytes(16_384), transports: transports.optional() }),
})
export type Registration = z.infer<typeof registrationSchema>

/** The challenge that an answer names; undefined: none of ours can be in it. */
export function challengeIn({ response }: Assertion | Registration): string | undefined {
  return clientDataOf(response.clientDataJSON)?.challenge
}

const clientDataSchema = z.object({ challenge: bytes(100), crossOrigin: z.boolean().optional() })

function clientDataOf(text: string): z.infer<typeof clientDataSchema> | undefined {
  try {
    return clientDataSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data
  } catch {
    return undefined
  }
}

/**
 * The new count of the authenticator, if this passkey signed the challenge for a page of ours, with its user present and verified, and
 * counts on; undefined otherwise. A page of ours that another site frames is none.
 */
export async function assertionCounter(
  { id: expectedRPID, origins }: RelyingParty,
  passkey: Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'userHandle'>,
  given: Assertion,
  challenge: string,
): Promise<number | undefined> {
  const { userHandle, ...signed } = given.response
  if (given.id !== passkey.credentialId || (userHandle !== undefined && userHandle !== passkey.userHandle))
    return undefined
  if (clientDataOf(signed.clientDataJSON)?.crossOrigin === true) return undefined
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id: given.id, rawId: given.rawId, type: 'public-key', response: signed, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined // the library throws for each way in which an answer is wrong
  }
}

/** What is kept of a new passkey, if it was made for this challenge by a page of ours; undefined otherwise. Attestation is not judged. */
export async function newCredential(
  { id: expectedRPID, origins }: RelyingParty,
  given: Registration,
  challenge: string,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'synced' | 'transports'> | undefined> {
  const { clientDataJSON: clientData, attestationObject, transports: known = [] } = given.response
  if (clientDataOf(clientData)?.crossOrigin === true) return undefined
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        id: given.id,
        rawId: given.rawId,
        type: 'public-key',
        response: { clientDataJSON: clientData, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    if (!registrationInfo) return undefined
    const { credential, credentialBackedUp } = registrationInfo
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      synced: credentialBackedUp,
      transports: known,
    }
  } catch {
    return undefined
  }
}

/** EdDSA, ES256 and RS256 (COSE numbers): what authenticators have. */
export const passkeyAlgorithms = [-8, -7, -257] as const
