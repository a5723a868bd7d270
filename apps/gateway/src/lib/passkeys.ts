import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { ApiError, api, sha256 } from './api.ts'
import { type BrowserKey, base64url, makeKeyPair } from './key-store.ts'

export interface Passkey {
  readonly passkeyId: string
  readonly credentialId: string
  readonly name: string
  readonly synced: boolean
  readonly createdAt: string
  readonly lastUsedAt?: string
}

/** A request that a person confirms: what it does, byte for byte. `path` without host and query. */
export interface Confirmable {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const base = '/marketplace/v1'

export async function listPasskeys(signal?: AbortSignal): Promise<readonly Passkey[]> {
  return (await api<{ passkeys: readonly Passkey[] }>(`${base}/passkeys`, signal ? { signal } : {})).passkeys
}

/** Lets the browser make a passkey, after the answer of the marketplace to `path`. */
export async function makePasskey(path: string, body?: unknown): Promise<RegistrationResponseJSON> {
  const signed = path.includes('/sign-in/') ? 'no' : 'yes'
  const optionsJSON = await api<PublicKeyCredentialCreationOptionsJSON>(path, { method: 'POST', body, signed })
  return await used(startRegistration({ optionsJSON }))
}

/** Signs in with any passkey of this person for this site: makes a key of this browser and has it enrolled. */
export async function signInWithPasskey(): Promise<BrowserKey> {
  const { privateKey, publicKey } = await makeKeyPair()
  const path = `${base}/sign-in/passkey`
  const optionsJSON = await api<{ challenge: string; rpId: string }>(`${path}/options`, {
    method: 'POST',
    body: { publicKey },
    signed: 'no',
  })
  const response = await used(startAuthentication({ optionsJSON: { ...optionsJSON, userVerification: 'required' } }))
  return { ...(await enrolled(path, { publicKey, response })), privateKey }
}

/** Sends what enrols a key, and keeps of the answer what the browser needs. */
export async function enrolled(path: string, body: object): Promise<Omit<BrowserKey, 'privateKey'>> {
  const key = await api<Omit<BrowserKey, 'privateKey'>>(path, { method: 'POST', body, signed: 'no' })
  const { keyId, onliId, scopes, expiresAt } = key
  return { keyId, onliId, scopes, expiresAt }
}

/** The header that confirms a request: an assertion whose challenge is the hash of the text of the confirmation. */
export async function confirmationHeader(
  onliId: string,
  { method, path, body }: Confirmable,
  passkeys: readonly Passkey[],
): Promise<Record<string, string>> {
  const atMs = Date.now()
  const bodyHash = base64url(await sha256(body === undefined ? '' : JSON.stringify(body)))
  const text = ['SPECIES confirmation 1', onliId, `${method} ${path}`, bodyHash, String(atMs)].join('\n')
  const optionsJSON = {
    challenge: base64url(await sha256(text)),
    userVerification: 'required' as const,
    allowCredentials: passkeys.map(({ credentialId }) => ({ id: credentialId, type: 'public-key' as const })),
  }
  const assertion = await used(startAuthentication({ optionsJSON }))
  return { 'species-confirmation': `passkey.${atMs}.${carried(assertion)}` }
}

function carried({ id, response }: AuthenticationResponseJSON): string {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  const json = JSON.stringify({ id, clientDataJSON, authenticatorData, signature, userHandle })
  return base64url(new TextEncoder().encode(json))
}

/** Says in words why the browser gave no answer. */
async function used<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony
  } catch (error) {
    const known = error instanceof Error && error.name === 'InvalidStateError'
    throw new ApiError({
      code: 'passkey_not_used',
      title: known ? 'This device has a passkey of yours already' : 'The passkey was not used',
      detail: known
        ? 'Use the one that is there, or another device.'
        : 'It was cancelled, took too long, or this browser has no passkey for this site. Nothing was sent.',
      status: 0,
      isRetryable: true,
    })
  }
}
