import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { Assertion, Registration } from '../adapters/webauthn.ts'
import type { Passkey } from '../domain/passkey.ts'
import { newKeySchema } from './wire.ts'

const time = z.iso.datetime()

export const passkeySchema = z.strictObject({
  passkeyId: z.string(),
  credentialId: z.string().describe('as the authenticator named it, in base64url'),
  transports: z.array(z.string()),
  name: z.string(),
  synced: z.boolean().describe('whether it is kept on more than one of your devices'),
  createdAt: time,
  lastUsedAt: time.optional(),
})

export function passkeyView(passkey: Passkey): z.infer<typeof passkeySchema> {
  const { passkeyId, credentialId, transports, name, synced, createdAtMs, lastUsedAtMs } = passkey
  return {
    passkeyId,
    credentialId,
    transports: [...transports],
    name,
    synced,
    createdAt: toTimestamp(createdAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: toTimestamp(lastUsedAtMs) }),
  }
}

/** What a person calls a passkey. */
export const passkeyNameSchema = z.string().trim().min(1).max(60)

/** `PublicKeyCredentialCreationOptionsJSON`. */
export const creationOptionsSchema = z
  .looseObject({
    challenge: z.string(),
    rp: z.looseObject({ id: z.string().optional(), name: z.string() }),
    user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  })
  .describe('`PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3')

/** `PublicKeyCredentialRequestOptionsJSON`. */
export const requestOptionsSchema = z
  .strictObject({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.number().int().describe('ms'),
    userVerification: z.literal('required'),
  })
  .describe('`PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3')

/** A browser's key that was enrolled, and whose it is. */
export const enrolledSchema = newKeySchema.extend({ onliId: z.string(), operatorId: z.string().optional() })

const id = 'KEDetxZcUfinhVi6Za5nZQ'
const clientDataJSON = Buffer.from(
  '{"type":"webauthn.get","challenge":"xdj_CBfpXdhUOFmA0nXsmLuTTVUKnDVXCnMfqj6yGXQ","origin":"https://market.example"}',
).toString('base64url')

export const exampleRegistration: Registration = {
  id,
  rawId: id,
  type: 'public-key',
  response: { clientDataJSON, attestationObject: 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg' },
}

export const exampleAssertion: Assertion = {
  id,
  rawId: id,
  type: 'public-key',
  response: {
    clientDataJSON,
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ',
    signature: 'MEUCIQ',
  },
}
