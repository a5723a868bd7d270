import { api, sha256 } from './api.ts'
import { type BrowserKey, base64url, makeKeyPair, readKey } from './key-store.ts'

/** A request whose person has to confirm it: exactly this one, byte for byte. */
export interface Confirmed {
  readonly path: string
  readonly body: unknown
}

/**
 * Sends a POST with its confirmation by a second key. In the sandbox of this machine that key is made for this one request and revoked
 * after it; its private half is never stored.
 */
export async function postConfirmed<T>({ path, body }: Confirmed): Promise<T> {
  const key = await readKey()
  if (!key) return await api<T>(path, { method: 'POST', body })
  const { keyId, privateKey } = await secondKeyOf(key)
  try {
    const confirmation = await confirmationOf({ keyId, privateKey, onliId: key.onliId }, path, JSON.stringify(body))
    return await api<T>(path, { method: 'POST', body, headers: { 'species-confirmation': confirmation } })
  } finally {
    await api(`/marketplace/v1/keys/${keyId}`, { method: 'DELETE' }).catch(() => undefined)
  }
}

type Signing = Pick<BrowserKey, 'keyId' | 'onliId' | 'privateKey'>

async function secondKeyOf({ onliId }: BrowserKey): Promise<Pick<Signing, 'keyId' | 'privateKey'>> {
  const { privateKey, publicKey } = await makeKeyPair()
  const { keyId } = await api<{ keyId: string }>('/marketplace/v1/sign-in/sandbox', {
    method: 'POST',
    body: { as: onliId, publicKey },
    signed: 'no',
  })
  return { keyId, privateKey }
}

/** The value of the header: see docs/how-to/pay-out.md. */
async function confirmationOf({ keyId, privateKey, onliId }: Signing, path: string, body: string): Promise<string> {
  const atMs = Date.now()
  const hash = base64url(await sha256(body))
  const text = ['SPECIES confirmation 1', onliId, `POST ${path}`, hash, String(atMs)].join('\n')
  const signature = await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(text))
  return `${keyId}.${atMs}.${base64url(new Uint8Array(signature))}`
}
