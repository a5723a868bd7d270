import { api, sha256 } from './api.ts'
import { base64url } from './key-store.ts'

/** What was found about a receipt, by this browser and the published keys alone. */
export interface Verdict {
  readonly isGenuine: boolean
  readonly keyId: string
  /** What the signature covers, with what the disclosures tell. */
  readonly document: Readonly<Record<string, unknown>>
}

interface PublishedKey extends JsonWebKey {
  readonly kid?: string
  /** There where others may know its private half: what it signed proves nothing. */
  readonly revoked?: object
}

/** Verifies an SD-JWT (RFC 9901) signed with EdDSA: its signature, and each disclosure against the digest that is signed. */
export async function verifyReceipt(jws: string): Promise<Verdict> {
  const { keys } = await api<{ keys: readonly PublishedKey[] }>('/.well-known/jwks.json', { signed: 'no' })
  const [jwt = '', ...disclosures] = jws.split('~').filter((part) => part !== '')
  const [head = '', payload = '', signature = ''] = jwt.split('.')
  const { kid = '', alg } = JSON.parse(textOf(head)) as { kid?: string; alg?: string }
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk || jwk.revoked !== undefined || (alg !== 'EdDSA' && alg !== 'Ed25519'))
    return { isGenuine: false, keyId: kid, document: {} }
  const publicKey = await crypto.subtle.importKey(
    'jwk',
    { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' },
    'Ed25519',
    false,
    ['verify'],
  )
  const isSigned = await crypto.subtle.verify(
    'Ed25519',
    publicKey,
    bytesOf(signature),
    new TextEncoder().encode(`${head}.${payload}`),
  )
  const byDigest = new Map<string, readonly unknown[]>()
  for (const disclosure of disclosures)
    byDigest.set(base64url(await sha256(disclosure)), JSON.parse(textOf(disclosure)) as unknown[])
  const document = revealed(JSON.parse(textOf(payload)), byDigest) as Readonly<Record<string, unknown>>
  // A disclosure that no digest names was put in by someone else.
  return { isGenuine: isSigned && byDigest.size === 0, keyId: kid, document }
}

/** Puts disclosed members and elements where their digests stand; those of others stay away. Takes what it used out of the map. */
function revealed(value: unknown, byDigest: Map<string, readonly unknown[]>): unknown {
  const take = (digest: unknown): readonly unknown[] | undefined => {
    if (typeof digest !== 'string') return undefined
    const found = byDigest.get(digest)
    byDigest.delete(digest)
    return found
  }
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      if (!isObject(item) || !('...' in item)) return [revealed(item, byDigest)]
      const found = take(item['...'])
      return found ? [revealed(found[1], byDigest)] : []
    })
  if (!isObject(value)) return value
  const { _sd: digests, _sd_alg: _, ...rest } = value
  const told = Object.entries(rest).map(([name, member]) => [name, revealed(member, byDigest)] as const)
  const disclosed = (Array.isArray(digests) ? digests : []).flatMap((digest) => {
    const found = take(digest)
    return found ? [[String(found[1]), revealed(found[2], byDigest)] as const] : []
  })
  return Object.fromEntries([...told, ...disclosed])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}

function textOf(text: string): string {
  return new TextDecoder().decode(bytesOf(text))
}
